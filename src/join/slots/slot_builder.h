// Makes slots of the entity rows: by group, then in order of time.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "join/huge_vector.h"
#include "join/row_moment.h"
#include "join/slots/entity_slots.h"

namespace feast::join {

/// On all threads. Moments are kept once only, for the entity rows may be many.
class SlotBuilder {
 public:
  /// Some moments (ns) next to each other, and how many they are.
  using VisitMoments = std::function<void(const int64_t* moments, int64_t count)>;
  /// Goes through the moments of entity rows [first, first + rows); called on several threads at once.
  using ForEachMoments = std::function<void(int64_t first, int64_t rows, const VisitMoments& visit)>;

  /// `groups` of the entity rows, fewer than 2^31; kNoCode: no slot.
  SlotBuilder(HugeVector<int32_t> groups, int32_t group_count);

  /// Ends the use of this object.
  EntitySlots Build(const ForEachMoments& for_each);

 private:
  /// Puts rows next to each other that are of one group.
  void SortByGroup(const ForEachMoments& for_each);
  void SplitGroups();
  template <class Visit>
  void ForEachGroup(const Visit& visit);
  void WriteGroup(int32_t group, EntitySlots* slots) const;

  HugeVector<int32_t> groups_;
  /// Rows of group g are sorted_[begins_[g], begins_[g + 1]).
  HugeVector<int32_t> begins_;
  HugeVector<RowMoment> sorted_;
  /// Groups [bounds_[i], bounds_[i + 1]) make up piece i: about equally many rows each.
  std::vector<int32_t> bounds_;
  int64_t least_ = INT64_MAX, greatest_ = INT64_MIN;
};

}  // namespace feast::join
