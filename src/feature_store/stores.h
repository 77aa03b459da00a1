// The offline and online store that a configuration works with: those it names, or what a provider of the user's own
// makes of them.
#pragma once

#include <functional>
#include <memory>

#include "arrow/result.h"
#include "feast/repo_config.h"
#include "offline/offline_store.h"
#include "online/online_store.h"

namespace feast {

struct Stores {
  std::shared_ptr<OfflineStore> offline;
  /// nullptr for `online_store: null`, unless a provider of the user's own wants to hear of applies all the same.
  std::unique_ptr<OnlineStore> online;
};

/// Makes the stores of a configuration whose provider is a Python class: each call goes through the provider.
using ProviderPlugin = std::function<arrow::Result<Stores>(const RepoConfig&)>;
/// Installed once, by the Python module, before the first store is opened.
void SetProviderPlugin(ProviderPlugin make);

/// An offline store that is not built in is one whose every use says so. FeastProviderNotImplementedError for an
/// unknown provider.
arrow::Result<Stores> MakeStores(const RepoConfig& config);

}  // namespace feast
