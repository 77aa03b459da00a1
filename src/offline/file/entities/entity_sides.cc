#include "offline/file/entities/entity_sides.h"

#include "arrow/chunked_array.h"
#include "arrow/type.h"

namespace feast {

arrow::Result<KeyedRows> KeyedRowsFor(const ViewSource& source, const EntityFrame& entities) {
  KeyedRows keyed;
  for (const JoinKeyColumn& key : source.view().join_keys) {
    ARROW_ASSIGN_OR_RAISE(auto values, entities.KeyColumn(key.entity_column, source.view().name));
    keyed.rows.keys.push_back(std::move(values));
    keyed.rows.key_names.push_back(key.entity_column);
    keyed.key_types.push_back(source.type_of(key.source_column));
  }
  keyed.rows.event_timestamp = entities.timestamps();
  return keyed;
}

EntitySides::Key EntitySides::KeyOf(const ViewSource& source, const EntityFrame& entities) {
  Key key{&entities, {}};
  for (const JoinKeyColumn& column : source.view().join_keys) {
    key.second.push_back(column.entity_column);
    // The source's type decides which entity keys can match, so the same columns are grouped anew for another type.
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
  // Held while rows are grouped, which takes all threads anyway; who waits mostly wants the same.
  const std::lock_guard<std::mutex> lock(mutex_);
  Shared& shared = sides_[key];
  if (shared.side == nullptr) {
    ARROW_ASSIGN_OR_RAISE(const KeyedRows keyed, KeyedRowsFor(source, entities));
    ARROW_ASSIGN_OR_RAISE(shared.side, join::EntitySide::Make(keyed.rows, keyed.key_types));
  }
  auto side = shared.side;
  // Who was given the side owns a share of it. Nothing here keeps it longer than its last join.
  if (--shared.uses_to_come <= 0) sides_.erase(key);
  return side;
}

}  // namespace feast
