// The entity rows of a join, grouped by key and sorted by time: what views of the same join keys share.
#pragma once

#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/keys/key_grouping.h"
#include "join/point_in_time_join.h"
#include "join/slots/entity_slots.h"

namespace feast::join {

/// Immutable; any number of joins and threads may use it at once.
class EntitySide {
 public:
  /// See PointInTimeJoin::Make.
  static arrow::Result<std::shared_ptr<const EntitySide>> Make(
      const EntityRows& rows, const std::vector<std::shared_ptr<arrow::DataType>>& key_types);

  EntitySide(KeyGrouping grouping, EntitySlots slots) : grouping_(std::move(grouping)), slots_(std::move(slots)) {}

  const KeyGrouping& grouping() const { return grouping_; }
  const EntitySlots& slots() const { return slots_; }

 private:
  KeyGrouping grouping_;
  EntitySlots slots_;
};

}  // namespace feast::join
