// The built-in offline stores by the names that feature_store.yaml uses.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "feast/repo_config.h"
#include "offline/offline_store.h"

namespace feast {

/// The store configured in `config`. NotImplemented, naming the type, for one that is not built in.
arrow::Result<std::unique_ptr<OfflineStore>> MakeOfflineStore(const RepoConfig& config);

}  // namespace feast
