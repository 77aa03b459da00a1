#include "parallel/periodic_task.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

#include "system/exceptions.h"

namespace feast {

PeriodicTask::PeriodicTask(std::chrono::milliseconds period, std::function<void()> task)
    : thread_([period, task = std::move(task)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        while (!wake.wait_for(lock, stop, period, [] { return false; }) && !stop.stop_requested()) {
          // There is nobody to tell.
          static_cast<void>(Caught(task));
        }
      }) {}

PeriodicTask::~PeriodicTask() {
  if (!runs_in_this_process()) thread_.detach();
}

}  // namespace feast
