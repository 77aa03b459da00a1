// What a report says of one view: a second look at its source, after the join.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "arrow/result.h"
#include "files/fragment.h"
#include "join/join_survey.h"
#include "offline/file/entities/entity_frame.h"
#include "offline/file/row_progress.h"
#include "offline/file/view_source.h"
#include "offline/file/winner_order.h"

namespace feast {

/// Reads time columns of fragments that hold winners, then key and time columns of every fragment that may hold a
/// wanted key: those that the join left out for their times, too.
arrow::Result<join::JoinFindings> SurveyView(const ViewSource& source, const EntityFrame& entities,
                                             const join::JoinOptions& options,
                                             const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                             const WinnerOrder& winners, RowProgress* progress);

}  // namespace feast
