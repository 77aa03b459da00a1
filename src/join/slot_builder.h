// Makes slots of the entity rows: by group, then in order of time.
#pragma once

#include <cstdint>
#include <vector>

#include "join/entity_slots.h"
#include "join/huge_vector.h"
#include "join/row_moment.h"

namespace feast::join {

/// Moments are taken as they come and kept once only, for the entity rows may be many.
class SlotBuilder {
 public:
  /// `groups` of the entity rows, fewer than 2^31; kNoCode: no slot.
  SlotBuilder(HugeVector<int32_t> groups, int32_t group_count);

  /// Moments (ns) of the next `rows` entity rows.
  void Add(const int64_t* moments, int64_t rows);
  /// Once all entity rows have theirs. Ends the use of this object.
  EntitySlots Finish();

 private:
  void SplitGroups();
  template <class Visit>
  void ForEachGroup(const Visit& visit);
  void WriteGroup(int32_t group, EntitySlots* slots) const;

  HugeVector<int32_t> groups_;
  int64_t row_ = 0;
  /// Rows of group g are sorted_[begins_[g], begins_[g + 1]); next_[g] is where its next one goes.
  HugeVector<int32_t> begins_, next_;
  HugeVector<RowMoment> sorted_;
  /// Groups [bounds_[i], bounds_[i + 1]) make up piece i: about equally many rows each.
  std::vector<int32_t> bounds_;
  int64_t least_ = INT64_MAX, greatest_ = INT64_MIN;
};

}  // namespace feast::join
