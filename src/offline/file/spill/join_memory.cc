#include "offline/file/spill/join_memory.h"

#include <algorithm>
#include <set>

#include "arrow/table.h"
#include "arrow/type.h"
#include "join/slots/winner_array.h"
#include "offline/file/joined_views.h"
#include "offline/file/spill/memory_limit.h"

namespace feast {
namespace {

/// The entity side of a join: number tables (at most half full), slots, and a row's slot.
constexpr int64_t kSideBytes = 64;
/// What building it takes on top for a while.
constexpr int64_t kBuildingBytes = 24;
/// The position of a winner and its place in the order of fragments.
constexpr int64_t kWinnerBytes = 24;
constexpr int64_t kJoinBytes = join::WinnerArray::kSlotBytes + kWinnerBytes;

int64_t FeatureBytes(const ViewSource& source) {
  int64_t bytes = 0;
  // A byte on top says which values are null.
  for (const std::string& column : source.feature_columns()) bytes += ValueBytes(*source.type_of(column)) + 1;
  return bytes;
}

}  // namespace

std::vector<std::string> EntityKeys(const ViewSource& source) {
  std::vector<std::string> columns;
  for (const JoinKeyColumn& key : source.view().join_keys) columns.push_back(key.entity_column);
  return columns;
}

// An estimate from above, of bytes for each entity row. The joins of a source and the features gathered from it are
// never there together (JoinSource gives the joins' memory back first), and sources come one after another, but for so
// few entity rows that it hardly matters (kEntityRowsAtOnce): the greatest counts, not the sum. Only features that are
// done add up.
JoinMemory EstimateMemory(const EntityPieces& entities, const std::vector<ViewSource>& sources) {
  std::vector<const ViewSource*> views;
  std::set<std::vector<std::string>> key_sets;
  int64_t all_features = 0, keys = 0;
  for (const ViewSource& source : sources) {
    views.push_back(&source);
    all_features += FeatureBytes(source);
    // Grouped rows are shared by all views with these keys.
    if (!key_sets.insert(EntityKeys(source)).second) continue;
    for (const std::string& column : EntityKeys(source)) {
      const auto field = entities.empty().table()->schema()->GetFieldByName(column);
      if (field) keys += ValueBytes(*field->type());
    }
    keys += ValueBytes(*entities.empty().timestamps()->type());
  }
  int64_t joins = 0, features = 0;
  for (const std::vector<size_t>& group : ViewsBySource(views)) {
    const int64_t of_joins = kJoinBytes * static_cast<int64_t>(group.size());
    int64_t of_features = 0;
    for (const size_t view : group) {
      of_features += FeatureBytes(sources[view]) + kWinnerBytes;
    }
    joins = std::max(joins, of_joins);
    features = std::max(features, of_features);
  }
  const int64_t sides = static_cast<int64_t>(key_sets.size()) * kSideBytes + kBuildingBytes;
  return {entities.bytes_per_row() + sides + std::max(joins + all_features - features, all_features),
          keys + sides + std::max(joins, features)};
}

}  // namespace feast
