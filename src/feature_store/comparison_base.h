// What FeatureStore::MakePlanAgainst compares with.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "feast/feature_store.h"
#include "registry/snapshot.h"

namespace feast {

/// The project as another registry (a URI or a file), another feature repo (a folder) or the definitions at a Git
/// commit, branch or tag have it, under the name of `store`'s project. What exists as a path is taken for one.
arrow::Result<std::shared_ptr<const Snapshot>> ReadComparisonBase(const std::string& target, FeatureStore& store,
                                                                  const ApplyOptions& options);

}  // namespace feast
