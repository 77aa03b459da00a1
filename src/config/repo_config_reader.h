// Values under feature_store.yaml's keys -> RepoConfig.
#pragma once

#include "arrow/result.h"
#include "config/config_source.h"
#include "feast/repo_config.h"

namespace feast {

/// Checks every key and fills in the defaults. `source` tells errors where a key stands.
arrow::Result<RepoConfig> ReadRepoConfig(const ConfigValue::Map& values, const ConfigSource& source);

}  // namespace feast
