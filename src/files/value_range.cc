#include "files/value_range.h"

#include "arrow/type.h"

namespace feast::scan {

int64_t NanosecondsPerTick(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::DATE32:
      return 86'400'000'000'000;
    case arrow::Type::DATE64:
      return 1'000'000;
    case arrow::Type::TIMESTAMP:
      break;
    default:
      return 0;
  }
  switch (static_cast<const arrow::TimestampType&>(type).unit()) {
    case arrow::TimeUnit::SECOND:
      return 1'000'000'000;
    case arrow::TimeUnit::MILLI:
      return 1'000'000;
    case arrow::TimeUnit::MICRO:
      return 1'000;
    case arrow::TimeUnit::NANO:
      return 1;
  }
  return 0;
}

int64_t SaturatingNanoseconds(int64_t ticks, int64_t nanoseconds_per_tick) {
  int64_t product;
  if (!__builtin_mul_overflow(ticks, nanoseconds_per_tick, &product)) return product;
  return ticks > 0 ? INT64_MAX : INT64_MIN;
}

}  // namespace feast::scan
