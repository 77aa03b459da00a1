#include "offline/entity_sides.h"

#include "arrow/chunked_array.h"
#include "arrow/type.h"

namespace feast {

EntitySides::Key EntitySides::KeyOf(const ViewSource& source, const EntityFrame& entities) {
  Key key{&entities, {}};
  for (const JoinKeyColumn& column : source.view().join_keys) {
    key.second.push_back(column.entity_column);
    key.second.push_back(source.type_of(column.source_column)->ToString(/*show_metadata=*/true));
  }
  return key;
}

void EntitySides::Expect(const ViewSource& source, const EntityFrame& entities) {
  ++sides_[KeyOf(source, entities)].uses_to_come;
}

arrow::Result<std::shared_ptr<const join::EntitySide>> EntitySides::For(const ViewSource& source,
                                                                        const EntityFrame& entities) {
  const Key key = KeyOf(source, entities);
  Shared& shared = sides_[key];
  if (shared.side == nullptr) {
    join::EntityRows rows;
    std::vector<std::shared_ptr<arrow::DataType>> key_types;
    for (const JoinKeyColumn& column : source.view().join_keys) {
      ARROW_ASSIGN_OR_RAISE(auto values, entities.KeyColumn(column.entity_column, source.view().name));
      rows.keys.push_back(std::move(values));
      rows.key_names.push_back(column.entity_column);
      key_types.push_back(source.type_of(column.source_column));
    }
    rows.event_timestamp = entities.timestamps();
    ARROW_ASSIGN_OR_RAISE(shared.side, join::EntitySide::Make(rows, key_types));
  }
  auto side = shared.side;
  if (--shared.uses_to_come <= 0) sides_.erase(key);
  return side;
}

}  // namespace feast
