// Something done again and again in a thread of its own.
#pragma once

#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>

namespace feast {

class PeriodicTask {
 public:
  /// Runs `task` each time `period` has passed since it last ended. What it uses must live longer than this. nullptr
  /// when the system refuses the thread.
  static std::unique_ptr<PeriodicTask> Start(std::chrono::milliseconds period, std::function<void()> task);
  /// Waits for a run that has begun.
  ~PeriodicTask();
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  /// False in a forked child, which has no such thread.
  bool runs_in_this_process() const { return owner_ == getpid(); }

 private:
  PeriodicTask() = default;

  const pid_t owner_ = getpid();
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace feast
