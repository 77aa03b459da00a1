#include "feature_store/stores.h"

#include <utility>

#include "config/python_class.h"
#include "feature_store/unavailable_offline_store.h"
#include "provider/provider.h"

namespace feast {
namespace {

ProviderPlugin& Plugin() {
  static ProviderPlugin plugin;
  return plugin;
}

}  // namespace

void SetProviderPlugin(ProviderPlugin make) { Plugin() = std::move(make); }

arrow::Result<Stores> MakeStores(const RepoConfig& config) {
  if (IsPythonClass(config.provider, "")) return Plugin() ? Plugin()(config) : NeedsPython("provider", config.provider);
  ARROW_RETURN_NOT_OK(CheckProvider(config.provider));
  Stores stores;
  ARROW_ASSIGN_OR_RAISE(stores.online, MakeOnlineStore(config));
  auto offline = MakeOfflineStore(config);
  if (!offline.ok() && !offline.status().IsNotImplemented()) return offline.status();
  if (offline.ok()) {
    stores.offline = offline.MoveValueUnsafe();
  } else {
    stores.offline = MakeUnavailableOfflineStore(offline.status());
  }
  return stores;
}

}  // namespace feast
