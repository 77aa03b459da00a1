// Times a request over and over and prints how long it took.
#pragma once

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

inline double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Prints one JSON object with an entry for each way that was measured: median, 99th percentile and CPU time of a
/// request, in microseconds, and how many there were.
class Percentiles {
 public:
  explicit Percentiles(double seconds) : seconds_(seconds) {}
  ~Percentiles() { std::printf("%s}\n", is_first_ ? "{" : ""); }

  /// `request` is given its number. The first of all are not measured.
  template <typename Request>
  void Measure(const std::string& name, Request request) {
    using Clock = std::chrono::steady_clock;
    for (size_t i = 0; i < kWarmUps; ++i) request(i);
    std::vector<double> taken;
    const double cpu = CpuSeconds();
    const auto end = Clock::now() + std::chrono::duration<double>(seconds_);
    for (auto before = Clock::now(); before < end;) {
      request(taken.size());
      const auto after = Clock::now();
      taken.push_back(std::chrono::duration<double, std::micro>(after - before).count());
      before = after;
    }
    const double each = (CpuSeconds() - cpu) / static_cast<double>(taken.size()) * 1e6;
    std::sort(taken.begin(), taken.end());
    std::printf("%s\"%s\": {\"p50\": %.2f, \"p99\": %.2f, \"cpu\": %.2f, \"requests\": %zu}", is_first_ ? "{" : ", ",
                name.c_str(), taken[taken.size() / 2], taken[taken.size() * 99 / 100], each, taken.size());
    is_first_ = false;
  }

 private:
  static constexpr size_t kWarmUps = 20;

  const double seconds_;
  bool is_first_ = true;
};
