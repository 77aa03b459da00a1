#include "join/slots/entity_slots.h"

#include <array>
#include <bit>

namespace feast::join {
namespace {

// Where no group has more slots than these few cache lines hold, it does not pay to know where to begin.
constexpr int32_t kSearchedWhole = 48;
constexpr int32_t kCountedSlots = 1 << 20;

}  // namespace

void EntitySlots::SetTicks(int64_t least, int64_t greatest) {
  ticks_.resize(static_cast<size_t>(size()) + 1);
  // A search in a group without slots at the very end reads this one, and nothing is beyond it.
  ticks_.back() = UINT32_MAX;
  if (size() == 0) return;
  least_ = least, greatest_ = greatest;
  // Unsigned, since the bounds may be as far apart as 64 bits reach. Ticks then fit 32 bits for any span.
  const uint64_t span = static_cast<uint64_t>(greatest_) - static_cast<uint64_t>(least_);
  tick_shift_ = std::max(0, static_cast<int>(std::bit_width(span)) - 32);
  if (tick_shift_ > 0) rests_.resize(size());
  bool one_each = size() == group_count();
  for (int32_t group = 0; one_each && group < group_count(); ++group) one_each = begin(group) == group;
  // Group and slot then have the same number, and no search is needed.
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

// Which part of the slots lies before each of some ticks. Of many slots as many as will do are counted.
void EntitySlots::CountShares() {
  if (size() == 0) return;
  for (int32_t group = 0; group < group_count(); ++group) longest_ = std::max(longest_, end(group) - begin(group));
  greatest_tick_ = Tick(greatest_);
  share_shift_ = std::max(0, static_cast<int>(std::bit_width(greatest_tick_)) - kShareBits);
  // Odd, so that groups with a power of two of slots are not counted at the same places only.
  const int32_t step = std::max(1, size() / kCountedSlots) | 1;
  std::array<uint32_t, kShares> counts{};
  uint64_t all = 0;
  for (int64_t slot = 0; slot < size(); slot += step, ++all) ++counts[ticks_[slot] >> share_shift_];
  uint64_t before = 0;
  for (size_t i = 0; i < kShares; ++i) {
    // At most about 2^21 slots are counted, so nothing overflows.
    shares_[i] = (before << 32) / all;
    before += counts[i];
  }
  shares_.back() = uint64_t{1} << 32;
}

// Groups are spread over time much alike, so that among many slots the one for a moment is not far from where the share
// of all slots before that moment puts it: from twice to four times the standard deviation is looked at on each side.
// A guess may be wrong, for groups may be as unlike as they want: Search sees that and searches the whole group.
inline EntitySlots::Window EntitySlots::Guess(Window group, uint32_t tick) const {
  const auto [first, length] = group;
  const uint32_t known = std::min(tick, greatest_tick_);
  const uint64_t within = known & ((uint64_t{1} << share_shift_) - 1);
  const uint64_t* share = shares_.data() + (known >> share_shift_);
  const uint64_t before = share[0] + ((share[1] - share[0]) * within >> share_shift_);
  // A share of at most 2^32 times a length below 2^31 fits.
  const auto guess = static_cast<int32_t>(before * static_cast<uint64_t>(length) >> 32);
  const int32_t margin = 2 << std::bit_width(static_cast<uint32_t>(length)) / 2;
  const int32_t width = std::min(length, 2 * margin);
  return {first + std::clamp(guess - margin, 0, length - width), width};
}

void EntitySlots::Find(const int32_t* groups, const int64_t* moments, uint64_t age_max, int rows,
                       int32_t* slots) const {
  if (latest_only_) {
    for (int i = 0; i < rows; ++i) slots[i] = moments[i] <= greatest_ ? groups[i] : kNoCode;
  } else if (longest_ > kSearchedWhole) {
    Search<true>(groups, moments, age_max, rows, slots);
  } else {
    Search<false>(groups, moments, age_max, rows, slots);
  }
}

// Halving a known number of times instead of until done: the loop ends without a mispredicted branch, and the searches
// of several rows overlap.
template <bool kGuesses>
void EntitySlots::Search(const int32_t* groups, const int64_t* moments, uint64_t age_max, int rows,
                         int32_t* slots) const {
  const uint32_t* ticks = ticks_.data();
  std::array<int32_t, kBlockRows> lengths, group_ends;
  uint32_t longest = 1;
  for (int i = 0; i < rows; ++i) {
    Window window{begin(groups[i]), end(groups[i]) - begin(groups[i])};
    if constexpr (kGuesses) {
      group_ends[i] = end(groups[i]);
      window = Guess(window, Tick(moments[i]));
      __builtin_prefetch(ticks + window.first + window.length / 2);
    }
    slots[i] = window.first;
    lengths[i] = window.length;
    longest = std::max(longest, static_cast<uint32_t>(window.length));
    __builtin_prefetch(ticks + window.first);
    __builtin_prefetch(ticks + window.first + window.length);
  }
  const int halvings = std::bit_width(longest - 1);
  // An age in ticks may be off by one at either end.
  // Ages here only say which slots cannot matter; the nanoseconds are compared once winners are known.
  const uint64_t ticks_max = std::min<uint64_t>(age_max >> tick_shift_, UINT32_MAX) + 1;
  for (int i = 0; i < rows; ++i) {
    const uint32_t wanted = Tick(moments[i]);
    const int32_t first = slots[i], last = first + lengths[i], group_end = kGuesses ? group_ends[i] : last;
    int32_t slot = first;
    uint32_t length = lengths[i];
    for (int step = 0; step < halvings; ++step) {
      const uint32_t half = length / 2;
      slot = ticks[slot + half] < wanted ? slot + half : slot;
      length -= half;
    }
    // In a window of no slots this looks at another group's slot. It may step over that one, and ends at or behind
    // group_end all the same.
    slot += ticks[slot] < wanted;
    if constexpr (kGuesses) {
      const int32_t group_begin = begin(groups[i]);
      // A slot inside the window has a neighbour in it that is too early, which proves it right. At an edge of the
      // window, but not of the group, the neighbour was not looked at.
      const bool may_lie_before = (slot == first) & (first > group_begin);
      const bool may_lie_behind = (slot == last) & (last < group_end);
      if (may_lie_before | may_lie_behind) [[unlikely]] {
        slot = static_cast<int32_t>(std::lower_bound(ticks + group_begin, ticks + group_end, wanted) - ticks);
      }
    }
    // Behind the group's end this wraps around to anything, which `possible` throws away.
    const uint32_t age = ticks[slot] - wanted;
    const bool possible = (slot < group_end) & (age <= ticks_max);
    // Arithmetic, for whether a row is too old is as good as random.
    slots[i] = slot | -static_cast<int32_t>(!possible);
    // In an equal tick the slot may still be before the moment.
    if (possible & (age == 0)) [[unlikely]]
      slots[i] = Settle(slot, groups[i], moments[i]);
  }
}

}  // namespace feast::join
