// Views that the registry has as materialized, whose online tables are new.
#pragma once

#include <memory>
#include <vector>

#include "arrow/status.h"
#include "feast/core/InfraObject.pb.h"
#include "online/online_store.h"
#include "plan/planner.h"

namespace feast {

/// Adds a warning for each of the plan's views that has intervals but no table with its rows, which an incremental run
/// would therefore leave empty: it says how to fill it. `registered`: the project's views, and `recorded`: its
/// infrastructure, so far.
arrow::Status WarnOfEmptyTables(const std::vector<std::shared_ptr<FeatureView>>& registered,
                                const std::vector<core::InfraObject>& recorded, OnlineStore& online,
                                PlannedApply* planned);

}  // namespace feast
