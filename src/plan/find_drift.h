// What is registered, against the sources and online tables as they are.
#pragma once

#include <string>

#include "arrow/result.h"
#include "feast/drift.h"
#include "registry/snapshot.h"

namespace feast {

class OfflineStore;
class OnlineStore;

/// Looks at the source of every registered view of `project`, many at a time, and at its online table when `online` is
/// not null. A source or table that cannot be reached is an item, not an error.
arrow::Result<Drift> FindDrift(const Snapshot& snapshot, const std::string& project, OfflineStore& offline,
                               OnlineStore* online);

}  // namespace feast
