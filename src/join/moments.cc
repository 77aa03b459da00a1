#include "join/moments.h"

#include <algorithm>

#include "arrow/array/data.h"
#include "arrow/type.h"

namespace feast::join {
namespace {

int64_t NanosecondsPerUnit(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return 1'000'000'000;
    case arrow::TimeUnit::MILLI:
      return 1'000'000;
    case arrow::TimeUnit::MICRO:
      return 1'000;
    case arrow::TimeUnit::NANO:
      return 1;
  }
  return 1;
}

// Clamping first keeps the loop free of branches.
template <class Tick>
void Scale(const Tick* ticks, int rows, int64_t factor, int64_t* out) {
  const int64_t least = INT64_MIN / factor, most = INT64_MAX / factor;
  for (int i = 0; i < rows; ++i) {
    const int64_t tick = ticks[i];
    int64_t nanoseconds = std::clamp(tick, least, most) * factor;
    nanoseconds = tick > most ? INT64_MAX : nanoseconds;
    out[i] = tick < least ? INT64_MIN : nanoseconds;
  }
}

}  // namespace

arrow::Status CheckMomentType(std::string_view column, const arrow::DataType& type) {
  const arrow::Type::type id = type.id();
  if (id == arrow::Type::TIMESTAMP || id == arrow::Type::DATE32 || id == arrow::Type::DATE64)
    return arrow::Status::OK();
  return arrow::Status::TypeError("Column '", column, "' must hold timestamps, but its type is ", type.ToString(),
                                  ". Convert it to a timestamp or date type.");
}

int64_t NanosecondsPerTick(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::TIMESTAMP:
      return NanosecondsPerUnit(static_cast<const arrow::TimestampType&>(type).unit());
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
      return NanosecondsPerUnit(static_cast<const arrow::TimeType&>(type).unit());
    case arrow::Type::DURATION:
      return NanosecondsPerUnit(static_cast<const arrow::DurationType&>(type).unit());
    case arrow::Type::DATE32:
      return 86'400'000'000'000;
    case arrow::Type::DATE64:
      return 1'000'000;
    default:
      return 0;
  }
}

const int64_t* ReadMoments(const arrow::ArrayData& data, int64_t offset, int rows, int64_t* buffer) {
  const int64_t factor = NanosecondsPerTick(*data.type);
  if (data.type->id() == arrow::Type::DATE32) {
    Scale(data.GetValues<int32_t>(1) + offset, rows, factor, buffer);
    return buffer;
  }
  const int64_t* ticks = data.GetValues<int64_t>(1) + offset;
  if (factor == 1) return ticks;
  Scale(ticks, rows, factor, buffer);
  return buffer;
}

}  // namespace feast::join
