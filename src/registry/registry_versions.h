// The versions of a registry by name: the current one and those of its history.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "registry/registry.h"

namespace feast {

/// The registry as it was in `version`: "current", a number, or the beginning of an id. Invalid when no history is
/// kept, KeyError when there is no such version.
arrow::Result<std::shared_ptr<const Snapshot>> VersionOf(Registry& registry, const std::string& version,
                                                         const Snapshot& current);

/// The history that `registry` keeps; Invalid, saying how to turn it on, when it keeps none.
arrow::Result<History*> HistoryOf(Registry& registry);

}  // namespace feast
