// A line on a terminal that tells how long work has been going on and how far it is.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace feast::cli {

/// Draws on standard error, from the time the work has lasted a second until Stop, which leaves no trace. Thread-safe.
class Progress {
 public:
  /// Standard error is a terminal and FEAST_NO_PROGRESS is not set.
  static bool Wanted();

  /// Starts the clock. Does nothing at all when not `enabled`.
  /// With a `unit` ("rows"), speed and the time left are shown too.
  Progress(std::string label, bool enabled, std::chrono::milliseconds delay = std::chrono::seconds(1),
           std::string unit = "");
  ~Progress();

  /// How far the work is, in units of its own. Never called: only the time is shown.
  void Update(int64_t done, int64_t total);
  void Stop();

  /// "Label  [#####-----]  50%  12s" in at most `columns` columns; without a bar when `total` is 0. With a unit:
  /// "Label  [#####-----]  50%  12s  1.2M rows/s  ETA 12s".
  static std::string Line(const std::string& label, int64_t done, int64_t total, std::chrono::seconds elapsed,
                          int columns, const std::string& unit = "");

 private:
  void DrawUntilStopped(std::chrono::milliseconds delay);

  const std::string label_, unit_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopped_ = false;
  int64_t done_ = 0, total_ = 0;
  std::thread thread_;
};

}  // namespace feast::cli
