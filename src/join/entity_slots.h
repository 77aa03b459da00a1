// The entity rows as slots: the distinct moments of each group, in order of time.
//
// A source row can only ever win in the first slot at or after its moment and in later slots of its group; it is put
// into that first one, and Finish carries winners forward.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "join/block.h"

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
  /// Each entity row's slot, or kNoCode.
  const std::vector<int32_t>& slot_of_row() const { return slot_of_row_; }

  /// For rows with `groups` and `moments`, the first slot of the group at or after the moment; the group's end or
  /// beyond when there is none. rows ≤ kBlockRows.
  void Find(const int32_t* groups, const int64_t* moments, int rows, int32_t* slots) const;

 private:
  /// Slots of group g are [begins_[g], begins_[g + 1]).
  std::vector<int32_t> begins_;
  /// One more than there are slots, so that a search in an empty group reads something.
  std::vector<int64_t> moments_;
  std::vector<int32_t> slot_of_row_;
};

}  // namespace feast::join
