#include "join/entity_side.h"

#include "arrow/chunked_array.h"
#include "arrow/type.h"
#include "join/block.h"
#include "join/huge_vector.h"
#include "join/moments.h"
#include "join/slots/slot_builder.h"
#include "join/whole_moments.h"

namespace feast::join {

arrow::Result<std::shared_ptr<const EntitySide>> EntitySide::Make(
    const EntityRows& rows, const std::vector<std::shared_ptr<arrow::DataType>>& key_types) {
  const int64_t count = rows.event_timestamp->length();
  if (rows.keys.size() != key_types.size() || rows.keys.size() != rows.key_names.size()) {
    return arrow::Status::Invalid("The entity rows have ", rows.keys.size(), " keys, ", rows.key_names.size(),
                                  " names of keys, and the source ", key_types.size(), " types of keys");
  }
  for (size_t key = 0; key < rows.keys.size(); ++key) {
    if (rows.keys[key]->length() == count) continue;
    return arrow::Status::Invalid("Join key '", rows.key_names[key], "' has ", rows.keys[key]->length(),
                                  " values, the entity rows' timestamps are ", count);
  }
  // Slots, groups and rows are numbered by 32 bits from here on.
  if (count > INT32_MAX) {
    return arrow::Status::CapacityError("There are ", count, " entity rows; join them in parts of fewer than 2^31");
  }
  ARROW_RETURN_NOT_OK(CheckMomentType("event timestamp of the entity rows", *rows.event_timestamp->type()));

  HugeVector<int32_t> groups(count);
  ARROW_ASSIGN_OR_RAISE(KeyGrouping grouping,
                        KeyGrouping::Make(rows.keys, rows.key_names, key_types, count, groups.data()));
  // A row without a moment keeps its place in the answer, and has no slot.
  ForEachNull(*rows.event_timestamp, [&](int64_t row) { groups[row] = kNoCode; });
  SlotBuilder slots(std::move(groups), grouping.size());
  // Several threads call this at once, each for rows of its own: the column is only read, and each has its own buffer.
  EntitySlots built = slots.Build([&](int64_t first, int64_t count, const SlotBuilder::VisitMoments& visit) {
    ForEachMomentBlock(*rows.event_timestamp->Slice(first, count),
                       [&](int64_t, const int64_t* moments, int of_block) { visit(moments, of_block); });
  });
  return std::make_shared<const EntitySide>(std::move(grouping), std::move(built));
}

}  // namespace feast::join
