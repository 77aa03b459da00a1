#include "offline/file/winner_order.h"

#include <algorithm>
#include <utility>

#include "arrow/buffer.h"
#include "arrow/util/bitmap_generate.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Entity rows that one thread takes at a time: whole bytes of a bitmap, and not so few that counting by fragment in
/// each range takes room.
int64_t RangeRows(int64_t entity_rows) {
  constexpr int64_t kRowsMin = 1 << 17, kRangesMax = 64;
  return std::max(kRowsMin, (entity_rows / kRangesMax + 8) / 8 * 8);
}

}  // namespace

// A counting sort by fragment, stable in the entity rows: in each fragment's stretch every range of entity rows has
// places of its own.
arrow::Result<WinnerOrder> WinnerOrder::Make(join::SourcePositions winners, size_t fragment_count) {
  if (winners.size() > UINT32_MAX)
    return arrow::Status::CapacityError("More than 2^32 entity rows; ask in several requests.");
  WinnerOrder made;
  made.winners_ = std::move(winners);
  const int64_t rows = made.entity_rows(), step = RangeRows(rows);
  const auto ranges = static_cast<size_t>((rows + step - 1) / step);
  // First how many winners each range has in each fragment, then where its next one goes.
  std::vector<int64_t> next(ranges * fragment_count, 0);
  const auto next_of = [&](int64_t first_row) {
    return next.data() + static_cast<size_t>(first_row / step) * fragment_count;
  };
  ForEachRange(rows, step, [&](int64_t first, int64_t last) {
    int64_t* counts = next_of(first);
    for (int64_t row = first; row < last; ++row) {
      const int32_t fragment = made.winners_[row].fragment;
      if (fragment >= 0) ++counts[fragment];
    }
  });
  made.starts_.assign(fragment_count + 1, 0);
  int64_t start = 0;
  for (size_t fragment = 0; fragment < fragment_count; ++fragment) {
    for (size_t range = 0; range < ranges; ++range) {
      start += std::exchange(next[range * fragment_count + fragment], start);
    }
    made.starts_[fragment + 1] = start;
    if (start > made.starts_[fragment]) made.fragments_.push_back(static_cast<int32_t>(fragment));
  }
  made.order_.resize(start);
  if (made.unmatched_rows() > 0) {
    ARROW_ASSIGN_OR_RAISE(made.matched_, arrow::AllocateBitmap(rows));
  }
  // The same ranges as above. Each starts at a whole byte of the bitmap, so that threads share none of its bytes.
  ForEachRange(rows, step, [&](int64_t first, int64_t last) { made.PlaceRows(first, last, next_of(first)); });
  return made;
}

void WinnerOrder::PlaceRows(int64_t first, int64_t last, int64_t* next) {
  for (int64_t row = first; row < last; ++row) {
    const int32_t fragment = winners_[row].fragment;
    if (fragment >= 0) order_[next[fragment]++] = static_cast<uint32_t>(row);
  }
  if (!matched_) return;
  auto winner = winners_.begin() + first;
  arrow::internal::GenerateBitsUnrolled(matched_->mutable_data(), first, last - first,
                                        [&winner] { return (winner++)->fragment >= 0; });
}

}  // namespace feast
