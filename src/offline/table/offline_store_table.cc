#include "offline/table/offline_store_table.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "config/python_class.h"
#include "offline/file/file_offline_store.h"

namespace feast {
namespace {

/// A store's line. Feast's dask and duckdb stores read the same files and give the same answers as its file store.
constexpr std::array<std::pair<std::string_view, OfflineStoreFactory>, 3> kOfflineStores = {{
    {"file", &MakeFileOfflineStore},
    {"dask", &MakeFileOfflineStore},
    {"duckdb", &MakeFileOfflineStore},
}};

}  // namespace

arrow::Result<std::unique_ptr<OfflineStore>> MakeOfflineStore(const RepoConfig& config) {
  const std::string type = config.offline_store.type.empty() ? "file" : config.offline_store.type;
  for (const auto& [name, make] : kOfflineStores) {
    if (name == type) return make(config);
  }
  if (IsPythonClass(type, "OfflineStore")) return NeedsPython("offline store", type);
  return arrow::Status::NotImplemented(
      "This version has no offline store of type '", type,
      "'. Set offline_store in feature_store.yaml to type: file, or use a version that has it.");
}

}  // namespace feast
