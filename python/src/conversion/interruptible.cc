#include "interruptible.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "feast/call_context.h"
#include "parallel/start_thread.h"
#include "system/exceptions.h"

namespace feast::python {

namespace {

/// How long Ctrl-C may go unnoticed.
constexpr std::chrono::milliseconds kSignalCheckInterval{50};

struct Run {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::stop_source stop;
  arrow::Status status;
};

/// Threads that nobody waits for any more. Only touched with the GIL held.
std::vector<std::thread>& Abandoned() {
  static auto* threads = new std::vector<std::thread>;
  return *threads;
}

}  // namespace

void RunInterruptibly(std::function<arrow::Status()> work) {
  auto run = std::make_shared<Run>();
  // Shared, so that what it holds goes where it ran.
  auto body = std::make_shared<std::function<void()>>([run, work = std::move(work)]() mutable {
    const CallScope scope({.stop = run->stop.get_token()});
    arrow::Status status = Caught(work);
    work = nullptr;
    std::lock_guard lock(run->mutex);
    run->status = std::move(status);
    run->done = true;
    run->changed.notify_all();
  });
  std::thread thread;
  if (!StartThread(&thread, [body] { (*body)(); })) {
    // The system refuses threads: then Ctrl-C waits until the work is done.
    {
      nb::gil_scoped_release release;
      (*body)();
    }
    return Check(run->status);
  }
  while (true) {
    bool done;
    {
      nb::gil_scoped_release release;
      std::unique_lock lock(run->mutex);
      done = run->changed.wait_for(lock, kSignalCheckInterval, [&] { return run->done; });
    }
    if (done) break;
    if (PyErr_CheckSignals() != 0) {
      run->stop.request_stop();
      Abandoned().push_back(std::move(thread));
      throw nb::python_error();
    }
  }
  {
    nb::gil_scoped_release release;
    thread.join();
  }
  Check(run->status);
}

void WaitForWorkAtExit() {
  nb::module_::import_("atexit").attr("register")(nb::cpp_function([] {
    std::vector<std::thread> threads = std::move(Abandoned());
    Abandoned().clear();
    nb::gil_scoped_release release;
    for (std::thread& thread : threads) thread.join();
  }));
}

}  // namespace feast::python
