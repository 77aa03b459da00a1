// What the user declared, made whole: references checked, names told apart, types and schemas inferred.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/apply_options.h"
#include "feast/definitions.h"
#include "feast/repo_config.h"
#include "registry/snapshot.h"

namespace feast {

class OfflineStore;

/// A resolved copy of `definitions`. In a partial apply, names may also refer to objects of `snapshot`; when the whole
/// project is applied they may not, as what is not declared is to be deleted. Source schemas are read in parallel, each
/// once. `warnings` gets what is put up with: a source that is declared in full and not there yet.
arrow::Result<Definitions> Resolve(const Definitions& definitions, const Snapshot& snapshot, OfflineStore& offline,
                                   const RepoConfig& config, const ApplyOptions& options,
                                   std::vector<std::string>* warnings);

}  // namespace feast
