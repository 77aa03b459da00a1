// Slots in which nothing older can win any more: most rows of a source that is sorted by time need not look further.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "join/huge_vector.h"
#include "join/point_in_time_join.h"
#include "join/slots/entity_slots.h"

namespace feast::join {

/// Takes turns by age: the fragment whose last moment is greatest has the first one. For each slot a byte says from
/// which turn on all fragments end before the row that the slot has already. Threads may use one at once.
class ClosedSlots {
 public:
  /// Closes nothing.
  ClosedSlots() = default;
  /// `fragments` as PointInTimeJoin::set_fragment_moments has them.
  ClosedSlots(const EntitySlots& slots, std::optional<int64_t> ttl_ns,
              const std::vector<std::optional<MomentRange>>& fragments);

  /// False where the rows that reach a slot are of hardly more than one fragment, because of the TTL, many slots of a
  /// key or fragments that overlap.
  bool is_useful() const { return !closed_from_.empty(); }

  // Only when it is:

  /// A row of the fragment was offered to the slot. Of two threads that say so of one slot either may be heard: both
  /// are right.
  void Close(int32_t slot, int32_t fragment) {
    std::atomic_ref(bytes()[slot]).store(fragments_[fragment].closes_from, std::memory_order_relaxed);
  }

  /// False when all slots are closed to the fragment.
  bool IsAnyOpen(int32_t fragment);

  /// Which slots were closed a while ago: of one thread, a bit for each, which stays in a near cache.
  class Seen {
   public:
    bool Has(int32_t slot) const { return (bits_[slot / 64] >> (slot % 64) & 1) != 0; }

   private:
    friend class ClosedSlots;
    HugeVector<uint64_t> bits_;
    /// As of which turn, and for how many more rows it will do.
    int turn_ = 0;
    int64_t rows_left_ = 0;
  };
  /// Looks again where that pays for the next `rows`, of this fragment.
  void Look(int32_t fragment, int64_t rows, Seen* seen);

 private:
  struct Fragment {
    uint8_t turn, closes_from;
  };

  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(closed_from_.data()); }

  std::vector<Fragment> fragments_;
  /// Bytes, in words of eight.
  HugeVector<uint64_t> closed_from_;
};

}  // namespace feast::join
