// The "file" offline store: history lies in files, and joins run in this process.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "feast/repo_config.h"
#include "offline/offline_store.h"

namespace feast {

/// Reads Parquet, CSV and Delta at local paths and file-system URIs; writes Parquet.
arrow::Result<std::unique_ptr<OfflineStore>> MakeFileOfflineStore(const RepoConfig& config);

}  // namespace feast
