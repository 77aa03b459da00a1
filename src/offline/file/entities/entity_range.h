// Entity rows from a range of time: one for each key that the sources hold in it.
#pragma once

#include <optional>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/entity_rows.h"
#include "offline/file/entities/entity_frame.h"
#include "offline/file/row_progress.h"
#include "offline/file/view_source.h"

namespace feast {

/// Every distinct key, without nulls, of source rows with start ≤ event timestamp ≤ end, sorted; event_timestamp is the
/// end. One row without keys when no view has any. Columns are the join keys by the names of the entity rows, then
/// event_timestamp. Invalid when the views have different join keys: their rows then have no common key. Views without
/// join keys go with any.
arrow::Result<EntityFrame> EntitiesInRange(const std::vector<ViewSource>& sources, const EntityRange& range,
                                           const RepoConfig& config, RowProgress* progress);

}  // namespace feast
