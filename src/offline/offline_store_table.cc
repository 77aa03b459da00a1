// The offline stores by the names that feature_store.yaml uses.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "config/python_class.h"
#include "offline/offline_store.h"

namespace feast {
namespace {

/// Stores whose sources are files, read by one engine. Feast's duckdb store reads the same files and gives the same
/// answers.
constexpr std::array<std::string_view, 3> kFileTypes = {"file", "dask", "duckdb"};

OfflineStorePlugin& Plugin() {
  static OfflineStorePlugin plugin;
  return plugin;
}

}  // namespace

arrow::Result<std::string> HistoricalQuery::Sql() {
  return arrow::Status::NotImplemented("The file offline store runs its joins itself and has no SQL to show.");
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> HistoricalQuery::RunWithReport(
    int64_t, const ProgressCallback&, std::shared_ptr<RetrievalReport>) {
  return arrow::Status::NotImplemented(
      "Only point-in-time joins that the file offline store runs come with a report; run this without one.");
}

void SetOfflineStorePlugin(OfflineStorePlugin make) { Plugin() = std::move(make); }

arrow::Result<std::unique_ptr<OfflineStore>> MakeOfflineStore(const RepoConfig& config) {
  const std::string& type = config.offline_store.type;
  if (type.empty() || std::find(kFileTypes.begin(), kFileTypes.end(), type) != kFileTypes.end()) {
    return MakeFileOfflineStore(config);
  }
  if (IsPythonClass(type, "OfflineStore")) return Plugin() ? Plugin()(config) : NeedsPython("offline store", type);
  return arrow::Status::NotImplemented(
      "This version has no offline store of type '", type,
      "'. Set offline_store in feature_store.yaml to type: file, or use a version that has it.");
}

}  // namespace feast
