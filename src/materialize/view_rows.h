// Which views are served online, and how their latest rows are asked of the offline store.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "feast/types.h"
#include "offline/resolved_request.h"
#include "online/online_batch.h"
#include "registry/snapshot.h"

namespace feast {

using ViewPointer = std::shared_ptr<const FeatureView>;

/// A feature view or stream feature view; FeatureViewNotFoundException when there is none, NotImplemented for an
/// on-demand view.
arrow::Result<ViewPointer> FindMaterializedView(const Snapshot& snapshot, const std::string& project,
                                                const std::string& name);
/// Those named, all that are served online for no name. Invalid for one that is not served online.
arrow::Result<std::vector<ViewPointer>> OnlineViews(const std::vector<std::string>& names, const Snapshot& snapshot,
                                                    const std::string& project);

/// A view's columns by the names of its source.
OnlineColumns OnlineColumnsOf(const ViewRequest& request);
/// The latest row of each key with an event time in [start, end]; an end that is unset is open.
PullRequest LatestRowsOf(const ViewRequest& request, const OnlineColumns& columns, std::optional<Timestamp> start,
                         std::optional<Timestamp> end);

}  // namespace feast
