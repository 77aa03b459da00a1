// Joins all views of a request with entity rows that fit in memory.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/point_in_time_join.h"
#include "offline/file/entities/entity_frame.h"
#include "offline/file/report/report_builder.h"
#include "offline/file/row_progress.h"
#include "offline/file/view_source.h"

namespace feast {

/// One view, by its number in the request, and the entity rows it is joined with. Both are borrowed.
struct ViewToJoin {
  size_t number;
  const ViewSource* source;
  const EntityFrame* entities;
};

/// The features of `views[view]` in the order of the request: a value or null for each of its entity rows.
using ViewFinished =
    std::function<arrow::Status(size_t view, std::vector<std::shared_ptr<arrow::ChunkedArray>> features)>;

/// Entity rows are grouped once for each distinct set of join keys, and each source is read once for all views of it;
/// several sources at once when the entity rows are few. Calls `finished` once for each view, as soon as its features
/// are there: threads may do so at once for different views. `report` takes what there is to say of each join; it may
/// be null, and then nothing is looked at for its sake.
arrow::Status JoinViews(const std::vector<ViewToJoin>& views, const join::JoinOptions& options, RowProgress* progress,
                        ReportBuilder* report, const ViewFinished& finished);

/// Indices into `sources`, those of views of one source together.
std::vector<std::vector<size_t>> ViewsBySource(const std::vector<const ViewSource*>& sources);

}  // namespace feast
