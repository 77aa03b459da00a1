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
    // The type holds milliseconds. The format wants whole days, which not every writer keeps to.
    case arrow::Type::DATE64:
      return 1'000'000;
    default:
      return 0;
  }
}

Ticks ReadTicks(const arrow::ArrayData& data, int64_t offset, int rows, int64_t* buffer) {
  const int64_t factor = NanosecondsPerTick(*data.type);
  // Timestamps and date64 are stored as 64 bits: the column itself serves, as long as it lives.
  if (data.type->id() != arrow::Type::DATE32) return {data.GetValues<int64_t>(1) + offset, factor};
  std::copy_n(data.GetValues<int32_t>(1) + offset, rows, buffer);
  return {buffer, factor};
}

const int64_t* ReadMoments(const arrow::ArrayData& data, int64_t offset, int rows, int64_t* buffer) {
  const Ticks ticks = ReadTicks(data, offset, rows, buffer);
  if (ticks.ns_per_tick == 1) return ticks.values;
  // Dates of 32 bits lie in `buffer` already: each place is read before it is written.
  for (int i = 0; i < rows; ++i) buffer[i] = ticks.moment(i);
  return buffer;
}

}  // namespace feast::join
