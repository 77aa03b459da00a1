#include "parallel/periodic_task.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "parallel/start_thread.h"
#include "system/exceptions.h"

namespace feast {

std::unique_ptr<PeriodicTask> PeriodicTask::Start(std::chrono::milliseconds period, std::function<void()> task) {
  std::unique_ptr<PeriodicTask> made(new PeriodicTask);
  const bool started = StartThread(&made->thread_, [period, stop = made->stop_.get_token(), task = std::move(task)] {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, period, [] { return false; }) && !stop.stop_requested()) {
      // There is nobody to tell.
      static_cast<void>(Caught(task));
    }
  });
  return started ? std::move(made) : nullptr;
}

PeriodicTask::~PeriodicTask() {
  stop_.request_stop();
  if (!thread_.joinable()) return;
  if (runs_in_this_process()) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

}  // namespace feast
