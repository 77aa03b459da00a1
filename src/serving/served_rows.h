// An answer as the online store has it: every value as the bytes of a feast.types.Value, so that whoever wrote the
// request makes of them what it needs, once.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/array/array_binary.h"
#include "arrow/result.h"
#include "feast/online_request.h"
#include "feast/types.h"
#include "online/online_rows.h"

namespace feast {

struct ServedColumn {
  std::string name;
  Type type;
};

struct ServedCell {
  /// Of the column's type; "" for a null. Points into the rows.
  std::string_view value;
  FeatureStatus status = FeatureStatus::kPresent;
  /// The zero moment where there is none.
  Timestamp event_timestamp = {};
};

/// Movable; cells stay where they are.
struct ServedRows {
  std::shared_ptr<const std::vector<ServedColumn>> columns;
  size_t count = 0;
  /// Column by column.
  std::vector<ServedCell> cells;

  const ServedCell& at(size_t column, size_t row) const { return cells[column * count + row]; }

  // What cells point into.
  std::vector<OnlineAnswer> answers;
  std::deque<std::string> made;
  std::vector<std::shared_ptr<arrow::BinaryArray>> arrays;
};

/// Columns of Arrow as the store would have them.
arrow::Result<ServedRows> ToServedRows(const std::vector<AnsweredFeature>& features, size_t count);

}  // namespace feast
