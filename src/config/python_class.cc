#include "config/python_class.h"

namespace feast {

bool IsPythonClass(std::string_view type, std::string_view suffix) {
  return type.find('.') != std::string_view::npos && type.ends_with(suffix);
}

bool HasPythonRegistry(const RepoConfig& config) {
  return IsPythonClass(config.registry.registry_store_type, "RegistryStore");
}

bool HasPythonClass(const RepoConfig& config) {
  return HasPythonRegistry(config) || IsPythonClass(config.provider, "") ||
         IsPythonClass(config.offline_store.type, "OfflineStore") ||
         (config.online_store && IsPythonClass(config.online_store->type, "OnlineStore"));
}

arrow::Status NeedsPython(const std::string& what, const std::string& type) {
  return arrow::Status::NotImplemented(
      "The ", what, " '", type,
      "' is a Python class, and there is no Python in this program. Use it from Python "
      "(feast.FeatureStore) or with the `feast` command.");
}

}  // namespace feast
