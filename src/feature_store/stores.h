// What a configuration works with: the stores it names, or what the host language makes of classes of the user's own.
#pragma once

#include <functional>
#include <memory>

#include "arrow/result.h"
#include "feast/repo_config.h"
#include "offline/offline_store.h"
#include "online/online_store.h"
#include "retrieval/historical_retriever.h"

namespace feast {

struct Stores {
  std::shared_ptr<OfflineStore> offline;
  /// Answers historical requests.
  std::shared_ptr<HistoricalRetriever> retriever;
  /// nullptr for `online_store: null`, unless a provider of the user's own wants to hear of applies all the same.
  std::unique_ptr<OnlineStore> online;
};

/// How classes named in a configuration become stores. A factory sets what it makes, and leaves the rest.
struct StorePlugins {
  using Make = std::function<arrow::Status(const RepoConfig& config, Stores* stores)>;

  /// An offline store: the store and its retriever.
  Make offline = {};
  /// An online store.
  Make online = {};
  /// A provider: all three, each of whose calls goes through it.
  Make provider = {};
};

/// Installed once, by the Python module, before the first store is opened.
void SetStorePlugins(StorePlugins plugins);

/// An offline store that is not built in is one whose every use says so. FeastProviderNotImplementedError for an
/// unknown provider.
arrow::Result<Stores> MakeStores(const RepoConfig& config);

}  // namespace feast
