#include "join/slot_builder.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "join/block.h"
#include "parallel/parallel_for.h"

namespace feast::join {
namespace {

// Fewer rows than this are not worth a thread.
constexpr int32_t kPieceRows = 1 << 15;

}  // namespace

SlotBuilder::SlotBuilder(HugeVector<int32_t> groups, int32_t group_count)
    : groups_(std::move(groups)), begins_(static_cast<size_t>(group_count) + 1, 0) {
  for (const int32_t group : groups_) {
    if (group != kNoCode) ++begins_[group + 1];
  }
  for (int32_t group = 0; group < group_count; ++group) begins_[group + 1] += begins_[group];
  next_.assign(begins_.begin(), begins_.end() - 1);
  sorted_.resize(begins_.back());
}

void SlotBuilder::Add(const int64_t* moments, int64_t rows) {
  for (int64_t i = 0; i < rows; ++i) {
    const int32_t group = groups_[row_ + i];
    if (group == kNoCode) continue;
    sorted_[next_[group]++] = RowMoment{moments[i], static_cast<int32_t>(row_ + i)};
    least_ = std::min(least_, moments[i]);
    greatest_ = std::max(greatest_, moments[i]);
  }
  row_ += rows;
}

void SlotBuilder::SplitGroups() {
  const auto group_count = static_cast<int32_t>(begins_.size()) - 1;
  bounds_.assign(1, 0);
  while (bounds_.back() < group_count) {
    const int32_t wanted =
        static_cast<int32_t>(std::min<int64_t>(INT32_MAX, int64_t{begins_[bounds_.back()]} + kPieceRows));
    const auto next = std::lower_bound(begins_.begin() + bounds_.back() + 1, begins_.end() - 1, wanted);
    bounds_.push_back(static_cast<int32_t>(next - begins_.begin()));
  }
}

template <class Visit>
void SlotBuilder::ForEachGroup(const Visit& visit) {
  ForEachRange(static_cast<int64_t>(bounds_.size()) - 1, 1, [&](int64_t piece, int64_t) {
    std::vector<RowMoment> scratch;
    for (int32_t group = bounds_[piece]; group < bounds_[piece + 1]; ++group) visit(group, &scratch);
  });
}

EntitySlots SlotBuilder::Finish() {
  EntitySlots slots;
  slots.row_count_ = row_;
  // Nobody asks for groups any more, and as much room is wanted for the rows.
  slots.rows_ = std::move(groups_);
  slots.rows_.resize(sorted_.size());
  slots.begins_.assign(begins_.size(), 0);
  SplitGroups();
  ForEachGroup([&](int32_t group, std::vector<RowMoment>* scratch) {
    RowMoment *const first = sorted_.data() + begins_[group], *const last = sorted_.data() + begins_[group + 1];
    SortByMoment(first, last, scratch);
    int32_t distinct = first < last ? 1 : 0;
    for (const RowMoment* at = first; at + 1 < last; ++at) distinct += at[0].moment != at[1].moment;
    slots.begins_[group + 1] = distinct;
  });
  // Where each group's slots begin follows from how many its predecessors have.
  for (size_t group = 1; group < slots.begins_.size(); ++group) slots.begins_[group] += slots.begins_[group - 1];
  slots.SetTicks(least_, greatest_);
  ForEachGroup([&](int32_t group, std::vector<RowMoment>*) { WriteGroup(group, &slots); });
  slots.CountShares();
  slots.row_begins_ = std::move(begins_);
  return slots;
}

void SlotBuilder::WriteGroup(int32_t group, EntitySlots* slots) const {
  int32_t slot = slots->begins_[group] - 1;
  for (int32_t i = begins_[group]; i < begins_[group + 1]; ++i) {
    const RowMoment& row = sorted_[i];
    const bool is_first = i == begins_[group] || sorted_[i - 1].moment != row.moment;
    slots->rows_[i] = is_first ? ~row.row : row.row;
    if (is_first) slots->SetMoment(++slot, row.moment);
  }
}

}  // namespace feast::join
