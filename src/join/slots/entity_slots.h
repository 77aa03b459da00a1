// The entity rows as slots: the distinct moments of each group, in order of time.
//
// A source row can only ever win in the first slot at or after its moment and in later slots of its group; it is put
// into that first one, and Finish carries winners forward.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "join/block.h"
#include "join/huge_vector.h"

namespace feast::join {

/// Immutable once made, by a SlotBuilder.
class EntitySlots {
 public:
  int32_t size() const { return begins_.back(); }
  int32_t group_count() const { return static_cast<int32_t>(begins_.size()) - 1; }
  int32_t begin(int32_t group) const { return begins_[group]; }
  int32_t end(int32_t group) const { return begins_[group + 1]; }
  int64_t moment(int32_t slot) const {
    const uint64_t since = uint64_t{ticks_[slot]} << tick_shift_ | (rests_.empty() ? 0 : rests_[slot]);
    return static_cast<int64_t>(static_cast<uint64_t>(least_) + since);
  }
  /// Bounds of the slots' moments; only when size() > 0.
  int64_t least_moment() const { return least_; }
  int64_t greatest_moment() const { return greatest_; }

  /// Entity rows, those without a slot included.
  int64_t row_count() const { return row_count_; }
  /// Calls `visit(slot, row)` for each entity row of the group: slot by slot, none of which is without rows.
  template <class Visit>
  void ForEachRow(int32_t group, Visit visit) const {
    int32_t slot = begins_[group] - 1;
    for (int32_t i = row_begins_[group]; i < row_begins_[group + 1]; ++i) {
      slot += rows_[i] < 0;
      visit(slot, rows_[i] < 0 ? ~rows_[i] : rows_[i]);
    }
  }
  /// Each entity row's slot, or kNoCode.
  std::vector<int32_t> SlotsOfRows() const;

  /// For rows with `groups` and `moments`, the first slot of the group at or after the moment. kNoCode when there is
  /// none, and for most rows of which that slot is more than `age_max` ns away; the caller checks ages exactly once
  /// winners are known. rows ≤ kBlockRows.
  void Find(const int32_t* groups, const int64_t* moments, uint64_t age_max, int rows, int32_t* slots) const;

 private:
  friend class SlotBuilder;

  static constexpr int kShareBits = 10;
  static constexpr size_t kShares = size_t{1} << kShareBits;
  /// Slots among which to look first.
  struct Window {
    int32_t first, length;
  };

  /// Slots of group g are [begins_[g], begins_[g + 1]).
  HugeVector<int32_t> begins_{0};
  /// Slots' moments as 32-bit ticks since the first of them, and the nanoseconds beyond the tick (none when a tick is a
  /// nanosecond): searches go by ticks, of which twice as many fit a cache line, and look further only where they are
  /// equal. One tick more than there are slots, so that a search in an empty group reads something.
  HugeVector<uint32_t> ticks_, rests_;
  /// The share of all slots, times 2^32, whose ticks are less than i << share_shift_.
  std::array<uint64_t, kShares + 1> shares_{};
  int share_shift_ = 0;
  uint32_t greatest_tick_ = 0;
  /// Slots of the group that has most.
  int32_t longest_ = 0;
  int64_t least_ = 0, greatest_ = 0;
  /// A tick is 2^tick_shift_ ns.
  int tick_shift_ = 0;
  /// Every group has one slot, all of them at one moment: what batch scoring asks for.
  bool latest_only_ = false;
  /// The rows of group g are rows_[row_begins_[g], row_begins_[g + 1]), slot by slot; the first row of each slot is
  /// there as its complement.
  HugeVector<int32_t> row_begins_, rows_;
  int64_t row_count_ = 0;

  uint64_t Since(int64_t moment) const {
    return moment <= least_ ? 0 : static_cast<uint64_t>(moment) - static_cast<uint64_t>(least_);
  }
  uint32_t Tick(int64_t moment) const {
    return static_cast<uint32_t>(std::min<uint64_t>(Since(moment) >> tick_shift_, UINT32_MAX));
  }
  /// Makes room for the moments of size() slots, which lie within these bounds.
  void SetTicks(int64_t least, int64_t greatest);
  /// Once all moments are set.
  void CountShares();
  void SetMoment(int32_t slot, int64_t moment) {
    ticks_[slot] = Tick(moment);
    if (!rests_.empty()) rests_[slot] = static_cast<uint32_t>(Since(moment) & ((uint64_t{1} << tick_shift_) - 1));
  }
  template <bool kGuesses>
  void Search(const int32_t* groups, const int64_t* moments, uint64_t age_max, int rows, int32_t* slots) const;
  Window Guess(Window group, uint32_t tick) const;
  int32_t Settle(int32_t slot, int32_t group, int64_t wanted) const;
};

}  // namespace feast::join
