// The entity rows of a request as the joins of its views need them: grouped once for each distinct set of join keys.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "join/entity_side.h"
#include "offline/file/entities/entity_frame.h"
#include "offline/file/view_source.h"

namespace feast {

/// Entity rows as the join takes them, with the types that the keys have in the source.
struct KeyedRows {
  join::EntityRows rows;
  std::vector<std::shared_ptr<arrow::DataType>> key_types;
};

/// The join keys of `source` and the timestamps of `entities`. KeyError for a join key that they lack.
arrow::Result<KeyedRows> KeyedRowsFor(const ViewSource& source, const EntityFrame& entities);

/// Threads may call For at once.
class EntitySides {
 public:
  /// The entity rows as `source` wants them, grouped when no view before had the same join keys of the same types.
  /// KeyError for a join key that they lack; TypeError for keys that cannot be compared.
  arrow::Result<std::shared_ptr<const join::EntitySide>> For(const ViewSource& source, const EntityFrame& entities);
  /// Says in advance, before any of them, that For will be asked this; after the last such request nothing is kept.
  void Expect(const ViewSource& source, const EntityFrame& entities);

 private:
  struct Shared {
    std::shared_ptr<const join::EntitySide> side;
    int uses_to_come = 0;
  };
  /// The rows, then each key's column and the type it has in the source.
  using Key = std::pair<const EntityFrame*, std::vector<std::string>>;

  static Key KeyOf(const ViewSource& source, const EntityFrame& entities);

  std::mutex mutex_;
  std::map<Key, Shared> sides_;
};

}  // namespace feast
