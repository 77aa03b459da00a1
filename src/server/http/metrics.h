// What /metrics tells Prometheus, by the names that Feast's server uses.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace feast {

/// How often a number fell below each of some limits. Thread-safe.
template <size_t kLimits>
class Histogram {
 public:
  explicit Histogram(const std::array<double, kLimits>& limits) : limits_(limits) {}
  void Observe(double number);
  /// `labels`: "" or "name=\"value\",".
  void Append(std::string_view name, std::string_view labels, std::string* out) const;

 private:
  const std::array<double, kLimits> limits_;
  std::array<std::atomic<int64_t>, kLimits + 1> counts_{};
  std::atomic<double> sum_ = 0;
};

/// Thread-safe.
class ServerMetrics {
 public:
  /// `endpoint`: a path that the server has; others count as one.
  void CountRequest(std::string_view endpoint, int status, std::chrono::nanoseconds time);
  void CountOnlineRequest(size_t entity_rows);
  void CountPush(const std::string& source, const std::string& mode);
  void CountConnections(int change) { connections_ += change; }
  int64_t connections() const { return connections_; }
  /// In Prometheus' text format.
  std::string Text() const;

 private:
  static constexpr std::array<std::string_view, 9> kEndpoints = {"/get-online-features",
                                                                 "/push",
                                                                 "/write-to-online-store",
                                                                 "/materialize",
                                                                 "/materialize-incremental",
                                                                 "/health",
                                                                 "/metrics",
                                                                 "/docs",
                                                                 "other"};
  static constexpr std::array<double, 14> kSeconds = {0.0001, 0.00025, 0.001, 0.005, 0.01, 0.025, 0.05,
                                                      0.1,    0.25,    0.5,   1,     2.5,  5,     10};
  static constexpr std::array<double, 9> kRows = {1, 5, 10, 25, 50, 100, 250, 500, 1000};
  struct Endpoint {
    std::atomic<int64_t> successes = 0, errors = 0;
    Histogram<kSeconds.size()> latency{kSeconds};
  };

  std::array<Endpoint, kEndpoints.size()> endpoints_;
  std::atomic<int64_t> online_requests_ = 0, connections_ = 0;
  Histogram<kRows.size()> entity_rows_{kRows};
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, int64_t> pushes_;
};

}  // namespace feast
