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

/// Rows [offset, offset + rows) of a column that passed CheckMomentType. Returns `buffer` or a place in the column
/// itself; nulls give any value.
const int64_t* ReadMoments(const arrow::ArrayData& data, int64_t offset, int rows, int64_t* buffer);

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

}  // namespace feast::join
