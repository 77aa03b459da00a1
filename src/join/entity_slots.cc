#include "join/entity_slots.h"

#include <algorithm>
#include <array>

namespace feast::join {
namespace {

struct RowMoment {
  int64_t moment;
  int32_t row;
};

// Where each group's rows begin once rows are ordered by group; one longer than there are groups.
std::vector<int32_t> CountGroups(const std::vector<int32_t>& groups, int32_t group_count) {
  std::vector<int32_t> begins(static_cast<size_t>(group_count) + 1, 0);
  for (const int32_t group : groups) {
    if (group != kNoCode) ++begins[group + 1];
  }
  for (int32_t group = 0; group < group_count; ++group) begins[group + 1] += begins[group];
  return begins;
}

}  // namespace

EntitySlots EntitySlots::Make(const std::vector<int32_t>& groups, const std::vector<int64_t>& moments,
                              int32_t group_count) {
  EntitySlots slots;
  slots.slot_of_row_.assign(groups.size(), kNoCode);
  slots.begins_.reserve(static_cast<size_t>(group_count) + 1);

  const std::vector<int32_t> begins = CountGroups(groups, group_count);
  std::vector<int32_t> next(begins.begin(), begins.end() - 1);
  std::vector<RowMoment> rows(begins.back());
  for (size_t row = 0; row < groups.size(); ++row) {
    if (groups[row] != kNoCode) rows[next[groups[row]]++] = RowMoment{moments[row], static_cast<int32_t>(row)};
  }
  slots.moments_.reserve(rows.size() + 1);
  for (int32_t group = 0; group < group_count; ++group) {
    const auto first = rows.begin() + begins[group], last = rows.begin() + begins[group + 1];
    std::sort(first, last, [](const RowMoment& a, const RowMoment& b) { return a.moment < b.moment; });
    slots.begins_.push_back(static_cast<int32_t>(slots.moments_.size()));
    for (auto at = first; at != last; ++at) {
      if (at == first || at->moment != slots.moments_.back()) slots.moments_.push_back(at->moment);
      slots.slot_of_row_[at->row] = static_cast<int32_t>(slots.moments_.size() - 1);
    }
  }
  slots.begins_.push_back(static_cast<int32_t>(slots.moments_.size()));
  slots.moments_.push_back(INT64_MAX);
  return slots;
}

// Halving a known number of times instead of until done: the loop ends without a mispredicted branch, and the searches
// of several rows overlap.
void EntitySlots::Find(const int32_t* groups, const int64_t* moments, int rows, int32_t* slots) const {
  std::array<int32_t, kBlockRows> lengths;
  uint32_t longest = 1;
  for (int i = 0; i < rows; ++i) {
    slots[i] = begin(groups[i]);
    lengths[i] = end(groups[i]) - slots[i];
    longest = std::max(longest, static_cast<uint32_t>(lengths[i]));
    __builtin_prefetch(&moments_[slots[i]]);
  }
  const int halvings = std::bit_width(longest - 1);
  const int64_t* all = moments_.data();
  for (int i = 0; i < rows; ++i) {
    const int64_t moment = moments[i];
    int32_t slot = slots[i], length = lengths[i];
    for (int step = 0; step < halvings; ++step) {
      const int32_t half = length / 2;
      slot += all[slot + half] < moment ? half : 0;
      length -= half;
    }
    slots[i] = slot + (all[slot] < moment);
  }
}

}  // namespace feast::join
