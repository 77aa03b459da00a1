// Drops most source rows that no entity row asks for before their slots are searched.
#pragma once

#include <cstdint>

#include "join/huge_vector.h"
#include "join/slots/entity_slots.h"

namespace feast::join {

/// The whole time that any window covers, in 32 parts of one length: for each group a bit says whether one of its
/// windows touches a part. Four bytes for each group, where a search looks at more places farther apart. Immutable.
class WindowFilter {
 public:
  /// Lets everything pass.
  WindowFilter() = default;
  /// Of windows that reach `ttl_ns` back from each slot, and start at `first_ns` at the earliest.
  WindowFilter(const EntitySlots& slots, int64_t ttl_ns, int64_t first_ns);

  /// False where windows cover so much that hardly any row would be dropped, or are too few to matter.
  bool is_useful() const { return !parts_.empty(); }
  /// Whether a row may matter, of a group or kNoCode, and of moment `ns` between the first and the last of the windows;
  /// anything for other moments.
  bool MayMatter(int32_t group, uint64_t ns) const {
    return (parts_[group + 1] >> (((ns - first_ns_) >> shift_) & 31) & 1) != 0;
  }

 private:
  uint64_t first_ns_ = 0;
  int shift_ = 0;
  /// Of no group, then of group 0, 1, …
  HugeVector<uint32_t> parts_;
};

}  // namespace feast::join
