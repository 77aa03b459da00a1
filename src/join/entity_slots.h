// The entity rows as slots: the distinct moments of each group, in order of time.
//
// A source row can only ever win in the first slot at or after its moment and in later slots of its group; it is put
// into that first one, and Finish carries winners forward.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "join/block.h"
#include "join/huge_vector.h"

namespace feast::join {

/// Immutable once made.
class EntitySlots {
 public:
  /// `groups` (kNoCode: no slot) and `moments` (ns) of the entity rows, fewer than 2^31.
  static EntitySlots Make(const std::vector<int32_t>& groups, const std::vector<int64_t>& moments, int32_t group_count);

  int32_t size() const { return begins_.back(); }
  int32_t group_count() const { return static_cast<int32_t>(begins_.size()) - 1; }
  int32_t begin(int32_t group) const { return begins_[group]; }
  int32_t end(int32_t group) const { return begins_[group + 1]; }
  int64_t moment(int32_t slot) const { return moments_[slot]; }
  /// Bounds of the slots' moments; only when size() > 0.
  int64_t least_moment() const { return least_; }
  int64_t greatest_moment() const { return greatest_; }
  /// Each entity row's slot, or kNoCode.
  const HugeVector<int32_t>& slot_of_row() const { return slot_of_row_; }

  /// For rows with `groups` and `moments`, the first slot of the group at or after the moment. kNoCode when there is
  /// none, and for most rows of which that slot is more than `age_max` ns away; the caller checks ages exactly once
  /// winners are known. rows ≤ kBlockRows.
  void Find(const int32_t* groups, const int64_t* moments, uint64_t age_max, int rows, int32_t* slots) const;

 private:
  /// Slots of group g are [begins_[g], begins_[g + 1]).
  HugeVector<int32_t> begins_;
  HugeVector<int64_t> moments_;
  /// Moments as 32-bit ticks since the first of them, so that twice as many fit a cache line: searches go by ticks, and
  /// look at moments only where ticks are equal. One more than there are slots, so that a search in an empty group
  /// reads something.
  HugeVector<uint32_t> ticks_;
  int64_t least_ = 0, greatest_ = 0;
  /// A tick is 2^tick_shift_ ns.
  int tick_shift_ = 0;
  /// Every group has one slot, all of them at one moment: what batch scoring asks for.
  bool latest_only_ = false;
  HugeVector<int32_t> slot_of_row_;

  uint32_t Tick(int64_t moment) const {
    const uint64_t since = moment <= least_ ? 0 : static_cast<uint64_t>(moment) - static_cast<uint64_t>(least_);
    return static_cast<uint32_t>(std::min<uint64_t>(since >> tick_shift_, UINT32_MAX));
  }
  void MakeTicks();
  int32_t Settle(int32_t slot, int32_t group, int64_t moment) const;
};

}  // namespace feast::join
