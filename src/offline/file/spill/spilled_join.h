// Joins entity rows that are too many for memory: split by key hash, a portion at a time, with results set aside on
// disk until they go out in the caller's order.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/repo_config.h"
#include "join/point_in_time_join.h"
#include "offline/file/entities/entity_pieces.h"
#include "offline/file/report/report_builder.h"
#include "offline/file/row_progress.h"
#include "offline/file/view_source.h"

namespace feast {

/// Joins everything, then gives a stream of at most `batch_rows` rows per batch, of `schema`: the columns of the entity
/// rows, then each view's features. What is held for entity rows stays near `memory_bytes`; each portion reads the key
/// and time columns of the sources anew. The stream holds the files, which vanish with it.
/// `report` may be null.
arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> JoinBeyondMemory(
    EntityPieces entities, const std::vector<ViewSource>& sources, const join::JoinOptions& options,
    const RepoConfig& config, std::shared_ptr<arrow::Schema> schema, int64_t batch_rows, int64_t memory_bytes,
    RowProgress* progress, ReportBuilder* report);

}  // namespace feast
