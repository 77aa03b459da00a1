// The second pass over a source: the features of the rows that won.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/fragment.h"
#include "offline/file/row_progress.h"
#include "offline/file/view_source.h"
#include "offline/file/winner_order.h"

namespace feast {

/// One view of the source and the rows that won for it. Both are borrowed.
struct ViewWinners {
  const ViewSource* source;
  const WinnerOrder* winners;
};

/// For each view its features in the order of the request, one value or null for each entity row. Decodes feature
/// columns only of fragments that hold winners, each once for all views, a few columns per thread at a time.
arrow::Result<std::vector<std::vector<std::shared_ptr<arrow::ChunkedArray>>>> GatherFeatures(
    const std::vector<ViewWinners>& views, const std::vector<std::shared_ptr<scan::Fragment>>& fragments, int workers,
    RowProgress* progress);

}  // namespace feast
