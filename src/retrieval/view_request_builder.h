// Builds the part of a request that concerns one feature view.
#pragma once

#include <string>

#include "arrow/result.h"
#include "feast/definitions_fwd.h"
#include "offline/resolved_request.h"
#include "registry/snapshot.h"

namespace feast {

/// The view's source, join keys, timestamp columns and TTL, without features. Names are those of the source (field
/// mapping undone) and of the entity rows (join-key map applied). Invalid for a view without a batch source.
arrow::Result<ViewRequest> StartViewRequest(const std::shared_ptr<const FeatureView>& view,
                                            const FeatureViewProjection& projection, const Snapshot& snapshot,
                                            const std::string& project);

}  // namespace feast
