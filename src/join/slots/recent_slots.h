// Slots found a moment ago, for keys that are few: their source rows come again and again for one moment.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "join/block.h"
#include "join/slots/entity_slots.h"

namespace feast::join {

/// Of one worker.
class RecentSlots {
 public:
  /// Whether groups are few, and have so many slots that a search is worth sparing.
  static bool Pays(const EntitySlots& slots) {
    return slots.group_count() <= kGroupsMax && slots.size() / kSlotsMin >= slots.group_count();
  }

  explicit RecentSlots(const EntitySlots& slots) : slots_(slots), recent_(slots.group_count()) {}

  /// The same as EntitySlots::Find, with the same `age_max` in every call.
  void Find(const int32_t* groups, const int64_t* moments, uint64_t age_max, int rows, int32_t* slots);

 private:
  static constexpr int32_t kGroupsMax = 1 << 10, kSlotsMin = 64;

  /// What was found for a group last, or where in this block's questions it stands.
  struct Recent {
    int64_t moment = 0;
    int32_t slot = 0;
    int32_t question = kNone;
  };
  static constexpr int32_t kNone = -1, kKnown = -2;

  const EntitySlots& slots_;
  std::vector<Recent> recent_;
  /// What has to be searched for in this block: each group and moment once.
  std::array<int32_t, kBlockRows> asked_groups_, answers_;
  std::array<int64_t, kBlockRows> asked_moments_;
  /// For each row its question, or kKnown.
  std::array<int32_t, kBlockRows> questions_;
};

}  // namespace feast::join
