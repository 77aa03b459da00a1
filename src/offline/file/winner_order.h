// The winners of a join, ordered by the fragment they lie in.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/point_in_time_join.h"

namespace feast {

/// Where winners lie and where they go. Immutable.
class WinnerOrder {
 public:
  /// CapacityError for more than 2^32 entity rows.
  static arrow::Result<WinnerOrder> Make(join::SourcePositions winners, size_t fragment_count);

  int64_t entity_rows() const { return static_cast<int64_t>(winners_.size()); }
  /// The winner of each entity row, or none.
  const join::SourcePositions& winners() const { return winners_; }
  /// The winner of an entity row.
  const join::SourcePosition& winner(int64_t entity_row) const { return winners_[entity_row]; }
  /// Fragments that hold winners.
  const std::vector<int32_t>& fragments() const { return fragments_; }
  /// Entity rows, ascending, whose winner lies in the fragment.
  std::span<const uint32_t> entity_rows_of(int32_t fragment) const {
    return std::span(order_).subspan(starts_[fragment], starts_[fragment + 1] - starts_[fragment]);
  }
  /// One bit per entity row: has it a winner? nullptr when all have.
  const std::shared_ptr<arrow::Buffer>& matched() const { return matched_; }
  int64_t unmatched_rows() const { return entity_rows() - static_cast<int64_t>(order_.size()); }

 private:
  /// Puts entity rows [first, last) in order and sets their bits; `next` is where the next one of each fragment goes.
  void PlaceRows(int64_t first, int64_t last, int64_t* next);

  join::SourcePositions winners_;
  std::vector<int32_t> fragments_;
  join::HugeVector<uint32_t> order_;
  std::vector<int64_t> starts_;
  std::shared_ptr<arrow::Buffer> matched_;
};

}  // namespace feast
