#include "definitions/wire_values.h"

#include <nlohmann/json.hpp>

namespace feast {

using std::chrono::nanoseconds;
using std::chrono::seconds;

namespace {

/// The nearest end for what the duration does not hold: the wire has seconds of 64 bits.
template <class Duration>
Duration Saturated(int64_t whole, int32_t nanos) {
  const Duration rest = std::chrono::duration_cast<Duration>(nanoseconds(nanos));
  int64_t ticks;
  if (__builtin_mul_overflow(whole, int64_t{Duration(seconds(1)).count()}, &ticks) ||
      __builtin_add_overflow(ticks, int64_t{rest.count()}, &ticks)) {
    return whole < 0 ? Duration::min() : Duration::max();
  }
  return Duration(ticks);
}

}  // namespace

google::protobuf::Timestamp ToWire(Timestamp time) {
  // Nanoseconds count forward on the wire, before 1970 too.
  const auto whole = std::chrono::floor<seconds>(time);
  google::protobuf::Timestamp wire;
  wire.set_seconds(whole.time_since_epoch().count());
  wire.set_nanos(static_cast<int32_t>((time - whole).count()));
  return wire;
}

Timestamp FromWire(const google::protobuf::Timestamp& time) {
  return Timestamp(Saturated<nanoseconds>(time.seconds(), time.nanos()));
}

google::protobuf::Duration ToWire(std::chrono::microseconds span) {
  const auto whole = std::chrono::duration_cast<seconds>(span);
  google::protobuf::Duration wire;
  wire.set_seconds(whole.count());
  wire.set_nanos(static_cast<int32_t>(nanoseconds(span - whole).count()));
  return wire;
}

std::chrono::microseconds FromWire(const google::protobuf::Duration& span) {
  return Saturated<std::chrono::microseconds>(span.seconds(), span.nanos());
}

void PutMap(const std::map<std::string, std::string>& from, WireMap* to) { to->insert(from.begin(), from.end()); }

std::map<std::string, std::string> TakeMap(const WireMap& from) { return {from.begin(), from.end()}; }

void PutFields(const std::vector<Field>& from, WireFields* to) {
  for (const Field& field : from) *to->Add() = ToProto(field);
}

std::vector<Field> TakeFields(const WireFields& from) {
  std::vector<Field> fields;
  for (const core::FeatureSpecV2& field : from) fields.push_back(FromProto(field));
  return fields;
}

void PutAggregations(const std::vector<Aggregation>& from, WireAggregations* to) {
  for (const Aggregation& aggregation : from) {
    core::Aggregation* wire = to->Add();
    wire->set_column(aggregation.column);
    wire->set_function(aggregation.function);
    wire->set_name(aggregation.name);
    if (aggregation.time_window) *wire->mutable_time_window() = ToWire(*aggregation.time_window);
    if (aggregation.slide_interval) *wire->mutable_slide_interval() = ToWire(*aggregation.slide_interval);
  }
}

std::vector<Aggregation> TakeAggregations(const WireAggregations& from) {
  std::vector<Aggregation> aggregations;
  for (const core::Aggregation& wire : from) {
    Aggregation aggregation{.column = wire.column(), .function = wire.function(), .name = wire.name()};
    if (wire.has_time_window()) aggregation.time_window = FromWire(wire.time_window());
    if (wire.has_slide_interval()) aggregation.slide_interval = FromWire(wire.slide_interval());
    aggregations.push_back(std::move(aggregation));
  }
  return aggregations;
}

std::string PythonJsonObject(const std::vector<std::pair<std::string, std::string>>& members) {
  const auto quoted = [](const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
  };
  std::string text;
  for (const auto& [name, value] : members) {
    text += (text.empty() ? "" : ", ") + quoted(name) + ": " + quoted(value);
  }
  return "{" + text + "}";
}

}  // namespace feast
