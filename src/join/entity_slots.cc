#include "join/entity_slots.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <utility>

#include "parallel/parallel_for.h"

namespace feast::join {
namespace {

struct RowMoment {
  int64_t moment;
  int32_t row;
};

// Where each group's rows begin once rows are ordered by group; one longer than there are groups.
HugeVector<int32_t> CountGroups(const std::vector<int32_t>& groups, int32_t group_count) {
  HugeVector<int32_t> begins(static_cast<size_t>(group_count) + 1, 0);
  for (const int32_t group : groups) {
    if (group != kNoCode) ++begins[group + 1];
  }
  for (int32_t group = 0; group < group_count; ++group) begins[group + 1] += begins[group];
  return begins;
}

// Fewer rows than this are not worth a thread.
constexpr int32_t kPieceRows = 1 << 15;

// Groups [bounds[i], bounds[i + 1]) make up piece i: about equally many rows each.
std::vector<int32_t> SplitGroups(const HugeVector<int32_t>& begins) {
  const auto group_count = static_cast<int32_t>(begins.size()) - 1;
  std::vector<int32_t> bounds{0};
  while (bounds.back() < group_count) {
    const int32_t wanted =
        static_cast<int32_t>(std::min<int64_t>(INT32_MAX, int64_t{begins[bounds.back()]} + kPieceRows));
    const auto next = std::lower_bound(begins.begin() + bounds.back() + 1, begins.end() - 1, wanted);
    bounds.push_back(static_cast<int32_t>(next - begins.begin()));
  }
  return bounds;
}

// Groups of fewer rows are sorted by comparing.
constexpr ptrdiff_t kRadixRowsMin = 1 << 11;

// Orders many rows by moment: by ten bits at a time from the lowest, as many times as the group's span has bits.
void RadixSort(RowMoment* first, RowMoment* last) {
  constexpr int kBits = 10;
  constexpr uint64_t kBuckets = uint64_t{1} << kBits;
  const auto [least, greatest] =
      std::minmax_element(first, last, [](const RowMoment& a, const RowMoment& b) { return a.moment < b.moment; });
  const auto base = static_cast<uint64_t>(least->moment);
  const int width = std::bit_width(static_cast<uint64_t>(greatest->moment) - base);
  const auto bucket = [base](const RowMoment& row, int shift) {
    return ((static_cast<uint64_t>(row.moment) - base) >> shift) & (kBuckets - 1);
  };
  std::vector<RowMoment> other(last - first);
  RowMoment *from = first, *to = other.data();
  for (int shift = 0; shift < width; shift += kBits) {
    std::array<uint32_t, kBuckets> next{};
    for (ptrdiff_t i = 0; i < last - first; ++i) ++next[bucket(from[i], shift)];
    std::exclusive_scan(next.begin(), next.end(), next.begin(), uint32_t{0});
    for (ptrdiff_t i = 0; i < last - first; ++i) to[next[bucket(from[i], shift)]++] = from[i];
    std::swap(from, to);
  }
  if (from != first) std::copy_n(from, last - first, first);
}

// Orders one group's rows by moment; returns how many moments there are.
int32_t SortGroup(RowMoment* first, RowMoment* last) {
  if (last - first < kRadixRowsMin) {
    std::sort(first, last, [](const RowMoment& a, const RowMoment& b) { return a.moment < b.moment; });
  } else {
    RadixSort(first, last);
  }
  int32_t distinct = first < last ? 1 : 0;
  for (const RowMoment* at = first; at + 1 < last; ++at) distinct += at[0].moment != at[1].moment;
  return distinct;
}

}  // namespace

EntitySlots EntitySlots::Make(const std::vector<int32_t>& groups, const std::vector<int64_t>& moments,
                              int32_t group_count) {
  EntitySlots slots;
  slots.slot_of_row_.assign(groups.size(), kNoCode);
  const HugeVector<int32_t> begins = CountGroups(groups, group_count);
  HugeVector<int32_t> next(begins.begin(), begins.end() - 1);
  HugeVector<RowMoment> rows(begins.back());
  for (size_t row = 0; row < groups.size(); ++row) {
    if (groups[row] != kNoCode) rows[next[groups[row]]++] = RowMoment{moments[row], static_cast<int32_t>(row)};
  }

  // Where each group's slots begin follows from how many its predecessors have.
  slots.begins_.assign(static_cast<size_t>(group_count) + 1, 0);
  const std::vector<int32_t> bounds = SplitGroups(begins);
  const auto for_each_group = [&](const auto& visit) {
    ForEachRange(static_cast<int64_t>(bounds.size()) - 1, 1, [&](int64_t piece, int64_t) {
      for (int32_t group = bounds[piece]; group < bounds[piece + 1]; ++group) {
        visit(group, rows.data() + begins[group], rows.data() + begins[group + 1]);
      }
    });
  };
  for_each_group(
      [&](int32_t group, RowMoment* first, RowMoment* last) { slots.begins_[group + 1] = SortGroup(first, last); });
  for (int32_t group = 0; group < group_count; ++group) slots.begins_[group + 1] += slots.begins_[group];
  slots.moments_.resize(slots.begins_.back());
  for_each_group([&](int32_t group, const RowMoment* first, const RowMoment* last) {
    int32_t slot = slots.begins_[group];
    for (const RowMoment* at = first; at < last; ++at) {
      slot += at > first && at[-1].moment != at->moment;
      slots.moments_[slot] = at->moment;
      slots.slot_of_row_[at->row] = slot;
    }
  });
  slots.MakeTicks();
  return slots;
}

void EntitySlots::MakeTicks() {
  ticks_.assign(moments_.size() + 1, UINT32_MAX);
  if (moments_.empty()) return;
  const auto [least, greatest] = std::minmax_element(moments_.begin(), moments_.end());
  least_ = *least, greatest_ = *greatest;
  const uint64_t span = static_cast<uint64_t>(greatest_) - static_cast<uint64_t>(least_);
  tick_shift_ = std::max(0, static_cast<int>(std::bit_width(span)) - 32);
  std::transform(moments_.begin(), moments_.end(), ticks_.begin(), [this](int64_t moment) { return Tick(moment); });
  bool one_each = size() == group_count();
  for (int32_t group = 0; one_each && group < group_count(); ++group) one_each = begin(group) == group;
  latest_only_ = one_each && least_ == greatest_;
}

// Of slots that share their tick with `moment`, the first not before it.
int32_t EntitySlots::Settle(int32_t slot, int32_t group, int64_t moment) const {
  if (moments_[slot] >= moment) return slot;
  const auto found = std::lower_bound(moments_.begin() + slot, moments_.begin() + end(group), moment);
  const auto settled = static_cast<int32_t>(found - moments_.begin());
  return settled == end(group) ? kNoCode : settled;
}

// Halving a known number of times instead of until done: the loop ends without a mispredicted branch, and the searches
// of several rows overlap.
void EntitySlots::Find(const int32_t* groups, const int64_t* moments, uint64_t age_max, int rows,
                       int32_t* slots) const {
  if (latest_only_) {
    for (int i = 0; i < rows; ++i) slots[i] = moments[i] <= greatest_ ? groups[i] : kNoCode;
    return;
  }
  const uint32_t* ticks = ticks_.data();
  std::array<int32_t, kBlockRows> lengths;
  uint32_t longest = 1;
  for (int i = 0; i < rows; ++i) {
    slots[i] = begin(groups[i]);
    lengths[i] = end(groups[i]) - slots[i];
    longest = std::max(longest, static_cast<uint32_t>(lengths[i]));
    __builtin_prefetch(ticks + slots[i]);
    __builtin_prefetch(ticks + slots[i] + lengths[i]);
  }
  const int halvings = std::bit_width(longest - 1);
  // An age in ticks may be off by one at either end.
  const uint64_t ticks_max = std::min<uint64_t>(age_max >> tick_shift_, UINT32_MAX) + 1;
  for (int i = 0; i < rows; ++i) {
    const uint32_t wanted = Tick(moments[i]);
    const int32_t group_end = slots[i] + lengths[i];
    int32_t slot = slots[i];
    uint32_t length = lengths[i];
    for (int step = 0; step < halvings; ++step) {
      const uint32_t half = length / 2;
      slot = ticks[slot + half] < wanted ? slot + half : slot;
      length -= half;
    }
    slot += ticks[slot] < wanted;
    const uint32_t age = ticks[slot] - wanted;
    const bool possible = (slot < group_end) & (age <= ticks_max);
    // Arithmetic, for whether a row is too old is as good as random.
    slots[i] = slot | -static_cast<int32_t>(!possible);
    if (possible & (age == 0)) [[unlikely]]
      slots[i] = Settle(slot, groups[i], moments[i]);
  }
}

}  // namespace feast::join
