// The second pass over a view's source: the features of the rows that won.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "offline/row_progress.h"
#include "offline/view_source.h"
#include "offline/winner_order.h"
#include "scan/fragment.h"

namespace feast {

/// The view's features in the order of the request, one value or null for each entity row. Decodes feature columns only
/// of fragments that hold winners, a few columns per thread at a time.
arrow::Result<std::vector<std::shared_ptr<arrow::ChunkedArray>>> GatherFeatures(
    const ViewSource& source, const std::vector<std::shared_ptr<scan::Fragment>>& fragments, const WinnerOrder& winners,
    RowProgress* progress);

}  // namespace feast
