#include "offline/winner_order.h"

#include "arrow/buffer.h"
#include "arrow/util/bitmap_generate.h"

namespace feast {

arrow::Result<WinnerOrder> WinnerOrder::Make(std::vector<join::SourcePosition> winners, size_t fragment_count) {
  if (winners.size() > UINT32_MAX)
    return arrow::Status::CapacityError("More than 2^32 entity rows; ask in several requests.");
  WinnerOrder made;
  made.winners_ = std::move(winners);
  // A counting sort by fragment, stable in the entity rows.
  made.starts_.assign(fragment_count + 1, 0);
  for (const join::SourcePosition& winner : made.winners_) {
    if (winner.fragment >= 0) ++made.starts_[winner.fragment + 1];
  }
  for (size_t i = 0; i < fragment_count; ++i) {
    if (made.starts_[i + 1] > 0) made.fragments_.push_back(static_cast<int32_t>(i));
    made.starts_[i + 1] += made.starts_[i];
  }
  made.order_.resize(made.starts_.back());
  std::vector<int64_t> next(made.starts_.begin(), made.starts_.end() - 1);
  for (size_t row = 0; row < made.winners_.size(); ++row) {
    const int32_t fragment = made.winners_[row].fragment;
    if (fragment >= 0) made.order_[next[fragment]++] = static_cast<uint32_t>(row);
  }
  if (made.unmatched_rows() > 0) {
    ARROW_ASSIGN_OR_RAISE(made.matched_, arrow::AllocateBitmap(made.entity_rows()));
    auto winner = made.winners_.begin();
    arrow::internal::GenerateBitsUnrolled(made.matched_->mutable_data(), 0, made.entity_rows(),
                                          [&winner] { return (winner++)->fragment >= 0; });
  }
  return made;
}

}  // namespace feast
