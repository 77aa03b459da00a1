// What a historical request takes of memory for each entity row, known before it runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "offline/file/entities/entity_pieces.h"
#include "offline/file/view_source.h"

namespace feast {

/// Bytes per entity row: estimates that err on the high side, but for long texts.
struct JoinMemory {
  /// Everything in memory: entity rows, joins and the whole result.
  int64_t whole = 0;
  /// Rows joined a portion at a time: their keys and times, joins, and the features of the views of one source.
  int64_t portion = 0;
};

JoinMemory EstimateMemory(const EntityPieces& entities, const std::vector<ViewSource>& sources);

/// The columns of the entity rows that a view is joined by.
std::vector<std::string> EntityKeys(const ViewSource& source);

}  // namespace feast
