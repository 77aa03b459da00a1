#include "join/slots/slot_builder.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "join/block.h"
#include "parallel/parallel_for.h"

namespace feast::join {
namespace {

// Fewer rows than this are not worth a thread.
constexpr int32_t kPieceRows = 1 << 15;

// Rows in how many parts to count by group: counts must not take more room than the rows themselves.
int64_t PartCount(int64_t rows, int64_t groups) {
  const int64_t parts = std::min<int64_t>(WorkerCount(), rows / kPieceRows);
  return std::max<int64_t>(1, std::min(parts, 2 * rows / std::max<int64_t>(1, groups)));
}

// Puts the rows of one part where they belong, a block at a time: places far apart, so that all are on their way from
// memory at once.
class RowPlacer {
 public:
  /// `next` is where each group's next row goes.
  RowPlacer(int64_t first_row, const int32_t* groups, int32_t* next, RowMoment* sorted)
      : row_(first_row), groups_(groups), next_(next), sorted_(sorted) {}

  void Place(const int64_t* moments, int64_t count) {
    for (int64_t skip = 0; skip < count; skip += kBlockRows) {
      PlaceBlock(moments + skip, static_cast<int>(std::min<int64_t>(kBlockRows, count - skip)));
    }
  }
  int64_t least() const { return least_; }
  int64_t greatest() const { return greatest_; }

 private:
  void PlaceBlock(const int64_t* moments, int rows) {
    std::array<int32_t, kBlockRows> kept;
    std::array<RowMoment*, kBlockRows> places;
    int count = 0;
    for (int i = 0; i < rows; ++i) {
      const int32_t group = groups_[row_ + i];
      if (group == kNoCode) continue;
      kept[count] = i;
      places[count] = sorted_ + next_[group]++;
      __builtin_prefetch(places[count++], 1);
    }
    for (int k = 0; k < count; ++k) {
      const int64_t moment = moments[kept[k]];
      *places[k] = RowMoment{moment, static_cast<int32_t>(row_ + kept[k])};
      least_ = std::min(least_, moment);
      greatest_ = std::max(greatest_, moment);
    }
    row_ += rows;
  }

  int64_t row_;
  const int32_t* groups_;
  int32_t* next_;
  RowMoment* sorted_;
  int64_t least_ = INT64_MAX, greatest_ = INT64_MIN;
};

}  // namespace

SlotBuilder::SlotBuilder(HugeVector<int32_t> groups, int32_t group_count)
    : groups_(std::move(groups)), begins_(static_cast<size_t>(group_count) + 1) {}

// A counting sort: in each group's stretch every part of the rows has places of its own.
void SlotBuilder::SortByGroup(const ForEachMoments& for_each) {
  const auto rows = static_cast<int64_t>(groups_.size());
  const size_t group_count = begins_.size() - 1;
  const int64_t parts_wanted = PartCount(rows, static_cast<int64_t>(group_count));
  // Both loops below cut the rows in the same way: a part's counts in the first are its places in the second.
  const int64_t step = std::max<int64_t>(1, (rows + parts_wanted - 1) / parts_wanted);
  const auto parts = static_cast<size_t>((rows + step - 1) / step);
  // For each part, first how many rows of each group it has, then where its next row of that group goes. No two parts
  // have a place in common, so threads write without a lock, and rows of a group keep their order.
  HugeVector<int32_t> next(parts * group_count, 0);
  const auto next_of = [&](int64_t first) { return next.data() + static_cast<size_t>(first / step) * group_count; };
  ForEachRange(rows, step, [&](int64_t first, int64_t last) {
    int32_t* const counts = next_of(first);
    for (int64_t row = first; row < last; ++row) {
      if (groups_[row] != kNoCode) ++counts[groups_[row]];
    }
  });
  // At most as many as there are rows, fewer than 2^31.
  int32_t begin = 0;
  for (size_t group = 0; group < group_count; ++group) {
    begins_[group] = begin;
    for (size_t part = 0; part < parts; ++part) begin += std::exchange(next[part * group_count + group], begin);
  }
  begins_.back() = begin;
  sorted_.resize(begin);
  std::mutex bounds_mutex;
  ForEachRange(rows, step, [&](int64_t first, int64_t last) {
    RowPlacer placer(first, groups_.data(), next_of(first), sorted_.data());
    for_each(first, last - first, [&](const int64_t* moments, int64_t count) { placer.Place(moments, count); });
    const std::lock_guard<std::mutex> lock(bounds_mutex);
    least_ = std::min(least_, placer.least());
    greatest_ = std::max(greatest_, placer.greatest());
  });
}

// A group is never split, for it is sorted by one thread. A piece therefore has at least kPieceRows rows, but for the
// last one, and as many more as its last group brings.
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

EntitySlots SlotBuilder::Build(const ForEachMoments& for_each) {
  SortByGroup(for_each);
  EntitySlots slots;
  slots.row_count_ = static_cast<int64_t>(groups_.size());
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
  // WriteGroup needs begins_ until here.
  slots.row_begins_ = std::move(begins_);
  return slots;
}

void SlotBuilder::WriteGroup(int32_t group, EntitySlots* slots) const {
  int32_t slot = slots->begins_[group] - 1;
  for (int32_t i = begins_[group]; i < begins_[group + 1]; ++i) {
    const RowMoment& row = sorted_[i];
    const bool is_first = i == begins_[group] || sorted_[i - 1].moment != row.moment;
    // A row's number is at least 0 and its complement below: the sign says where a slot begins.
    slots->rows_[i] = is_first ? ~row.row : row.row;
    if (is_first) slots->SetMoment(++slot, row.moment);
  }
}

}  // namespace feast::join
