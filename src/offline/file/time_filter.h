// Rows of a table within a window of time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/fragment.h"

namespace feast {

/// Both ends inclusive, nanoseconds since 1970; INT64_MIN and INT64_MAX leave an end open.
struct TimeWindow {
  int64_t start_ns = INT64_MIN;
  int64_t end_ns = INT64_MAX;

  bool is_open() const { return start_ns == INT64_MIN && end_ns == INT64_MAX; }
  /// Whether rows of such a range, when it is known, may lie within.
  bool Overlaps(const std::optional<scan::ValueRange>& range) const {
    return !range || (range->max >= start_ns && range->min <= end_ns);
  }
};

/// The rows whose timestamp in `column` (a timestamp or date) lies within; all rows of an open window, else none with a
/// null timestamp.
arrow::Result<std::shared_ptr<arrow::Table>> RowsWithin(const std::shared_ptr<arrow::Table>& table, int column,
                                                        const TimeWindow& window);

}  // namespace feast
