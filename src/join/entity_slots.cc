#include "join/entity_slots.h"

#include <array>
#include <bit>

namespace feast::join {

void EntitySlots::SetTicks(int64_t least, int64_t greatest) {
  ticks_.resize(static_cast<size_t>(size()) + 1);
  ticks_.back() = UINT32_MAX;
  if (size() == 0) return;
  least_ = least, greatest_ = greatest;
  const uint64_t span = static_cast<uint64_t>(greatest_) - static_cast<uint64_t>(least_);
  tick_shift_ = std::max(0, static_cast<int>(std::bit_width(span)) - 32);
  if (tick_shift_ > 0) rests_.resize(size());
  bool one_each = size() == group_count();
  for (int32_t group = 0; one_each && group < group_count(); ++group) one_each = begin(group) == group;
  latest_only_ = one_each && least_ == greatest_;
}

std::vector<int32_t> EntitySlots::SlotsOfRows() const {
  std::vector<int32_t> slots(row_count_, kNoCode);
  for (int32_t group = 0; group < group_count(); ++group) {
    ForEachRow(group, [&](int32_t slot, int32_t row) { slots[row] = slot; });
  }
  return slots;
}

// Of slots that share their tick with `moment`, the first not before it.
int32_t EntitySlots::Settle(int32_t slot, int32_t group, int64_t wanted) const {
  int32_t length = end(group) - slot;
  while (length > 0) {
    const int32_t half = length / 2;
    if (moment(slot + half) < wanted) {
      slot += half + 1;
      length -= half + 1;
    } else {
      length = half;
    }
  }
  return slot == end(group) ? kNoCode : slot;
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
