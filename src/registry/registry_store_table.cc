// Which store serves a configuration. A built-in store is one file here and one row of the table.
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "config/python_class.h"
#include "databases/sql_url.h"
#include "http/url.h"
#include "registry/history/file_history_store.h"
#include "registry/history/history_store.h"
#include "registry/history/object_history_store.h"
#include "registry/history/sql_history_store.h"
#include "registry/registry_store.h"
#include "registry/stores/file_registry_store.h"
#include "registry/stores/object_registry_store.h"
#include "registry/stores/sql_registry_store.h"
#include "text/redaction.h"

namespace feast {

namespace {

/// Stands for a registry this build cannot reach, so that configurations load everywhere.
class UnavailableRegistryStore : public RegistryStore {
 public:
  UnavailableRegistryStore(std::string what, const std::string& location)
      : what_(std::move(what)), location_(Redacted(location)) {}

  arrow::Result<RegistryBytes> Load() override { return Refuse(); }
  arrow::Result<RegistryBytes> LoadIfChanged(const std::string&) override { return Refuse(); }
  arrow::Result<CommitResult> Commit(const std::string&, const std::string&) override { return Refuse(); }
  arrow::Result<CommitOutcome> Remove(const std::string&) override { return Refuse(); }
  std::string location() const override { return location_; }

 private:
  arrow::Status Refuse() const {
    return arrow::Status::NotImplemented(
        "This version keeps registries in files, on S3, on Google Cloud Storage and in databases, not in ", what_,
        ". Set `registry` in feature_store.yaml to a path, s3://bucket/key or gs://bucket/key. Registry: ", location_);
  }

  std::string what_, location_;
};

/// The file of a registry on a local path or a file:// URI.
std::string LocalPath(const RepoConfig& config) {
  const std::string& path = config.registry.path;
  if (path.find("://") == std::string::npos) return config.Resolve(path);
  std::string rest = path.substr(path.find("://") + 3);
  if (rest.starts_with("localhost/")) rest = rest.substr(std::string("localhost").size());
  return PercentDecode(rest);
}

arrow::Result<std::unique_ptr<RegistryStore>> MakeFileRegistryStore(const RepoConfig& config) {
  return std::make_unique<FileRegistryStore>(LocalPath(config));
}

/// Beside the file that a symbolic link leads to, as the registry itself.
arrow::Result<std::unique_ptr<HistoryStore>> MakeFileHistoryStore(const RepoConfig& config) {
  return std::make_unique<FileHistoryStore>(FileRegistryStore(LocalPath(config)).location());
}

struct Row {
  /// Of the registry's path; "" for none.
  std::string_view scheme;
  /// Names of `registry_store_type` that mean this store; it must fit the scheme.
  std::string_view store_type, also;
  arrow::Result<std::unique_ptr<RegistryStore>> (*make)(const RepoConfig& config);
  arrow::Result<std::unique_ptr<HistoryStore>> (*make_history)(const RepoConfig& config);
};

constexpr Row kRows[] = {
    {"", "LocalRegistryStore", "FileRegistryStore", &MakeFileRegistryStore, &MakeFileHistoryStore},
    {"file", "LocalRegistryStore", "FileRegistryStore", &MakeFileRegistryStore, &MakeFileHistoryStore},
    {"s3", "S3RegistryStore", "", [](const RepoConfig& config) { return MakeS3RegistryStore(config.registry); },
     [](const RepoConfig& config) { return MakeS3HistoryStore(config.registry); }},
    {"gs", "GCSRegistryStore", "", [](const RepoConfig& config) { return MakeGcsRegistryStore(config.registry); },
     [](const RepoConfig& config) { return MakeGcsHistoryStore(config.registry); }},
};

/// The row that fits the path and the store type; nullptr when there is none.
const Row* RowOf(const RegistryConfig& registry) {
  const size_t scheme_end = registry.path.find("://");
  const std::string scheme = scheme_end == std::string::npos ? "" : registry.path.substr(0, scheme_end);
  const std::string& store_type = registry.registry_store_type;
  for (const Row& row : kRows) {
    const bool fits = store_type.empty() || store_type == row.store_type || store_type == row.also;
    if (row.scheme == scheme && fits) return &row;
  }
  return nullptr;
}

RegistryStorePlugin& Plugin() {
  static RegistryStorePlugin plugin;
  return plugin;
}

}  // namespace

void SetRegistryStorePlugin(RegistryStorePlugin make) { Plugin() = std::move(make); }

arrow::Result<std::unique_ptr<HistoryStore>> MakeHistoryStore(const RepoConfig& config) {
  const RegistryConfig& registry = config.registry;
  if (registry.registry_type == "sql") return MakeSqlHistoryStore(config);
  const bool is_file = (registry.registry_type.empty() || registry.registry_type == "file") && !registry.path.empty();
  const Row* row = is_file ? RowOf(registry) : nullptr;
  if (row == nullptr) return nullptr;
  return row->make_history(config);
}

arrow::Result<std::unique_ptr<RegistryStore>> MakeRegistryStore(const RepoConfig& config) {
  const RegistryConfig& registry = config.registry;
  const std::string& type = registry.registry_type;
  const std::string& path = registry.path;
  if (type == "sql") return SqlRegistryStore::Make(config);
  if (!type.empty() && type != "file") {
    return std::make_unique<UnavailableRegistryStore>("a registry of type '" + type + "'", path);
  }
  if (HasPythonRegistry(config)) {
    return Plugin() ? Plugin()(config) : NeedsPython("registry store", registry.registry_store_type);
  }
  if (path.empty()) {
    return arrow::Status::Invalid(
        "The configuration names no registry. Set `registry` in feature_store.yaml to a path, such as "
        "data/registry.db");
  }
  if (const Row* row = RowOf(registry)) return row->make(config);
  if (IsSqlUrl(path)) {
    return arrow::Status::Invalid(
        "A registry in a database says so. Set `registry_type: sql` beside `path` under `registry` in "
        "feature_store.yaml. Registry: ",
        Redacted(path));
  }
  const std::string& store_type = registry.registry_store_type;
  return std::make_unique<UnavailableRegistryStore>(
      store_type.empty() ? path.substr(0, path.find("://")) + "://" : "a registry store of type '" + store_type + "'",
      path);
}

}  // namespace feast
