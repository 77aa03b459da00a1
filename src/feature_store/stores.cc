#include "feature_store/stores.h"

#include <utility>

#include "config/python_class.h"
#include "feature_store/unavailable_offline_store.h"
#include "offline/table/offline_store_table.h"
#include "provider/provider.h"

namespace feast {
namespace {

StorePlugins& Plugins() {
  static StorePlugins plugins;
  return plugins;
}

arrow::Status MakeOnline(const RepoConfig& config, Stores* stores) {
  if (config.online_store && IsPythonClass(config.online_store->type, "OnlineStore") && Plugins().online) {
    return Plugins().online(config, stores);
  }
  return MakeOnlineStore(config).Value(&stores->online);
}

arrow::Status MakeOffline(const RepoConfig& config, Stores* stores) {
  if (IsPythonClass(config.offline_store.type, "OfflineStore") && Plugins().offline) {
    return Plugins().offline(config, stores);
  }
  auto offline = MakeOfflineStore(config);
  if (offline.status().IsNotImplemented()) {
    stores->offline = MakeUnavailableOfflineStore(offline.status());
  } else {
    ARROW_ASSIGN_OR_RAISE(stores->offline, std::move(offline));
  }
  stores->retriever = std::make_shared<StoreRetriever>(stores->offline, config);
  return arrow::Status::OK();
}

}  // namespace

void SetStorePlugins(StorePlugins plugins) { Plugins() = std::move(plugins); }

arrow::Result<Stores> MakeStores(const RepoConfig& config) {
  Stores stores;
  if (IsPythonClass(config.provider, "")) {
    if (!Plugins().provider) return NeedsPython("provider", config.provider);
    ARROW_RETURN_NOT_OK(Plugins().provider(config, &stores));
    return stores;
  }
  ARROW_RETURN_NOT_OK(CheckProvider(config.provider));
  ARROW_RETURN_NOT_OK(MakeOnline(config, &stores));
  ARROW_RETURN_NOT_OK(MakeOffline(config, &stores));
  return stores;
}

}  // namespace feast
