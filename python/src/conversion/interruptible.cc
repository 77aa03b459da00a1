#include "interruptible.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "arguments.h"
#include "feast/call_context.h"
#include "parallel/start_thread.h"
#include "system/exceptions.h"
#include "text/redaction.h"

namespace feast::python {

namespace {

/// How long Ctrl-C may go unnoticed.
constexpr std::chrono::milliseconds kSignalCheckInterval{50};
/// How long work may take to notice that its time is over, before it is left behind.
constexpr std::chrono::seconds kGrace{1};

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

[[noreturn]] void ThrowTimeout(std::chrono::nanoseconds limit, const arrow::Status& status) {
  std::ostringstream seconds;
  seconds << std::chrono::duration<double>(limit).count();
  std::string message = "The call was ended after the " + seconds.str() +
                        " s that `timeout` gave it. Give it more time, or ask for fewer rows or features";
  if (!status.ok() && !status.IsCancelled()) message += ". Its last error: " + status.message();
  PyErr_SetObject(PyExc_TimeoutError, PrintableText(Redacted(message)).ptr());
  throw nb::python_error();
}

}  // namespace

std::optional<std::chrono::nanoseconds> TimeLimit(nb::handle timeout) {
  if (timeout.is_none()) return std::nullopt;
  const double seconds = PyFloat_AsDouble(timeout.ptr());
  if (PyErr_Occurred() != nullptr) throw nb::python_error();
  if (!(seconds > 0)) throw nb::value_error("timeout is a number of seconds above zero, or None to wait for ever.");
  // Longer is as good as for ever, and what a clock can add up.
  constexpr double kLongest = 1e9;
  if (seconds > kLongest) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
}

void RunInterruptibly(std::function<arrow::Status()> work, std::optional<std::chrono::nanoseconds> time_limit) {
  auto run = std::make_shared<Run>();
  const Deadline deadline = time_limit ? Deadline::After(*time_limit) : Deadline();
  const Deadline end = time_limit ? Deadline::After(*time_limit + kGrace) : Deadline();
  // Shared, so that what it holds goes where it ran.
  auto body = std::make_shared<std::function<void()>>([run, deadline, work = std::move(work)]() mutable {
    const CallScope scope({.stop = run->stop.get_token(), .deadline = deadline});
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
    if (!run->status.ok() && deadline.has_passed()) ThrowTimeout(*time_limit, run->status);
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
    const bool interrupted = PyErr_CheckSignals() != 0;
    if (!interrupted && !end.has_passed()) continue;
    run->stop.request_stop();
    Abandoned().push_back(std::move(thread));
    if (interrupted) throw nb::python_error();
    ThrowTimeout(*time_limit, {});
  }
  {
    nb::gil_scoped_release release;
    thread.join();
  }
  if (!run->status.ok() && deadline.has_passed()) ThrowTimeout(*time_limit, run->status);
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
