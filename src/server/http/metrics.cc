#include "server/http/metrics.h"

#include <algorithm>

#include "text/json_append.h"

namespace feast {

namespace {

constexpr size_t kPushSourcesMax = 1000;

void AppendNumber(double number, std::string* out) {
  if (number == static_cast<double>(static_cast<int64_t>(number))) {
    AppendJsonInteger(static_cast<int64_t>(number), out);
  } else {
    AppendJsonReal(number, out);
  }
}

void AppendHead(std::string_view name, std::string_view kind, std::string_view help, std::string* out) {
  *out += "# HELP ";
  out->append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(kind).append("\n");
}

void AppendSample(std::string_view name, std::string_view labels, double number, std::string* out) {
  *out += name;
  if (!labels.empty()) {
    if (labels.ends_with(',')) labels.remove_suffix(1);
    out->append("{").append(labels).append("}");
  }
  *out += ' ';
  AppendNumber(number, out);
  *out += '\n';
}

/// Prometheus escapes as JSON does.
std::string Label(std::string_view name, std::string_view value) {
  std::string label(name);
  label += '=';
  AppendJsonString(value, &label);
  return label + ",";
}

}  // namespace

template <size_t kLimits>
void Histogram<kLimits>::Observe(double number) {
  const auto place = std::lower_bound(limits_.begin(), limits_.end(), number) - limits_.begin();
  counts_[static_cast<size_t>(place)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(number, std::memory_order_relaxed);
}

template <size_t kLimits>
void Histogram<kLimits>::Append(std::string_view name, std::string_view labels, std::string* out) const {
  int64_t count = 0;
  const std::string bucket = std::string(name) + "_bucket";
  for (size_t i = 0; i <= kLimits; ++i) {
    count += counts_[i].load(std::memory_order_relaxed);
    std::string limit = "+Inf";
    if (i < kLimits) AppendNumber(limits_[i], &(limit = ""));
    AppendSample(bucket, std::string(labels) + Label("le", limit), static_cast<double>(count), out);
  }
  AppendSample(std::string(name) + "_count", labels, static_cast<double>(count), out);
  AppendSample(std::string(name) + "_sum", labels, sum_.load(std::memory_order_relaxed), out);
}

void ServerMetrics::CountRequest(std::string_view endpoint, int status, std::chrono::nanoseconds time) {
  const auto found = std::find(kEndpoints.begin(), kEndpoints.end() - 1, endpoint);
  Endpoint& counted = endpoints_[static_cast<size_t>(found - kEndpoints.begin())];
  (status < 400 ? counted.successes : counted.errors).fetch_add(1, std::memory_order_relaxed);
  counted.latency.Observe(std::chrono::duration<double>(time).count());
}

void ServerMetrics::CountOnlineRequest(size_t entity_rows) {
  online_requests_.fetch_add(1, std::memory_order_relaxed);
  entity_rows_.Observe(static_cast<double>(entity_rows));
}

void ServerMetrics::CountPush(const std::string& source, const std::string& mode) {
  const std::lock_guard lock(mutex_);
  if (pushes_.size() < kPushSourcesMax) ++pushes_[{source, mode}];
}

std::string ServerMetrics::Text() const {
  std::string out;
  AppendHead("feast_feature_server_request_total", "counter", "Requests answered", &out);
  for (size_t i = 0; i < kEndpoints.size(); ++i) {
    const std::string label = Label("endpoint", kEndpoints[i]);
    AppendSample("feast_feature_server_request_total", label + Label("status", "success"),
                 static_cast<double>(endpoints_[i].successes.load()), &out);
    AppendSample("feast_feature_server_request_total", label + Label("status", "error"),
                 static_cast<double>(endpoints_[i].errors.load()), &out);
  }
  AppendHead("feast_feature_server_request_latency_seconds", "histogram", "Time from a request to its answer", &out);
  for (size_t i = 0; i < kEndpoints.size(); ++i) {
    endpoints_[i].latency.Append("feast_feature_server_request_latency_seconds", Label("endpoint", kEndpoints[i]),
                                 &out);
  }
  AppendHead("feast_online_features_request_total", "counter", "Requests for online features", &out);
  AppendSample("feast_online_features_request_total", "", static_cast<double>(online_requests_.load()), &out);
  AppendHead("feast_online_features_entity_count", "histogram", "Entity rows of a request", &out);
  entity_rows_.Append("feast_online_features_entity_count", "", &out);
  AppendHead("feast_feature_server_connections", "gauge", "Open connections", &out);
  AppendSample("feast_feature_server_connections", "", static_cast<double>(connections_.load()), &out);
  AppendHead("feast_push_request_total", "counter", "Push requests", &out);
  const std::lock_guard lock(mutex_);
  for (const auto& [push, count] : pushes_) {
    AppendSample("feast_push_request_total", Label("push_source", push.first) + Label("mode", push.second),
                 static_cast<double>(count), &out);
  }
  return out;
}

}  // namespace feast
