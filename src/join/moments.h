// Timestamp and date columns as nanoseconds since 1970, UTC, saturated: the one form in which the join compares
// moments.
#pragma once

#include <cstdint>
#include <string_view>

#include "arrow/status.h"
#include "arrow/type_fwd.h"

namespace feast::join {

/// The moment of a null created timestamp: before all others.
inline constexpr int64_t kEarliest = INT64_MIN;

/// TypeError, naming the column and its type, unless it is timestamp, date32 or date64.
arrow::Status CheckMomentType(std::string_view column, const arrow::DataType& type);

/// Nanoseconds for one tick of a timestamp, date, time or duration type; 0 for any other type.
int64_t NanosecondsPerTick(const arrow::DataType& type);

/// a − b, or the nearest value that 64 bits hold.
inline int64_t SaturatingSubtract(int64_t a, int64_t b) {
  int64_t difference;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b > 0 ? INT64_MIN : INT64_MAX;
}

/// a · b for a positive b, or the nearest value that 64 bits hold.
inline int64_t SaturatingMultiply(int64_t a, int64_t b) {
  int64_t product;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return a > 0 ? INT64_MAX : INT64_MIN;
}

/// Rows of a timestamp or date column in its own unit, so that only those that matter are brought to nanoseconds.
struct Ticks {
  const int64_t* values;
  int64_t ns_per_tick;

  int64_t moment(int64_t i) const { return SaturatingMultiply(values[i], ns_per_tick); }
  /// The least tick whose moment is not before `ns`, or the greatest whose moment is not after it.
  int64_t NotBefore(int64_t ns) const {
    if (ns == INT64_MIN) return INT64_MIN;
    return ns / ns_per_tick + (ns % ns_per_tick > 0 ? 1 : 0);
  }
  int64_t NotAfter(int64_t ns) const {
    if (ns == INT64_MAX) return INT64_MAX;
    return ns / ns_per_tick - (ns % ns_per_tick < 0 ? 1 : 0);
  }
};

/// Rows [offset, offset + rows) of a column that passed CheckMomentType, in `buffer` or where the column has them;
/// nulls give any value.
Ticks ReadTicks(const arrow::ArrayData& data, int64_t offset, int rows, int64_t* buffer);
/// The same as moments.
const int64_t* ReadMoments(const arrow::ArrayData& data, int64_t offset, int rows, int64_t* buffer);

}  // namespace feast::join
