// Which store serves a configuration. A built-in store is one file here and one line in MakeRegistryStore.
#include <memory>
#include <string>
#include <utility>

#include "registry/file_registry_store.h"
#include "registry/registry_store.h"
#include "registry/sql_registry_store.h"

namespace feast {

namespace {

/// Stands for a registry this build cannot reach, so that configurations load everywhere.
class UnavailableRegistryStore : public RegistryStore {
 public:
  UnavailableRegistryStore(std::string what, std::string location)
      : what_(std::move(what)), location_(std::move(location)) {}

  arrow::Result<RegistryBytes> Load() override { return Refuse(); }
  arrow::Result<RegistryBytes> LoadIfChanged(const std::string&) override { return Refuse(); }
  arrow::Result<CommitOutcome> Commit(const std::string&, const std::string&) override { return Refuse(); }
  arrow::Status Remove() override { return Refuse(); }
  std::string location() const override { return location_; }

 private:
  arrow::Status Refuse() const {
    return arrow::Status::NotImplemented(
        "This version keeps registries in local files only, not in ", what_,
        ". Set `registry` in feature_store.yaml to a local path. Registry: ", location_);
  }

  std::string what_, location_;
};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecoded(const std::string& text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace

arrow::Result<std::unique_ptr<RegistryStore>> MakeRegistryStore(const RepoConfig& config) {
  const RegistryConfig& registry = config.registry;
  const std::string& type = registry.registry_type;
  const std::string& path = registry.path;
  if (type == "sql") return SqlRegistryStore::Make(config);
  if (!type.empty() && type != "file") {
    return std::make_unique<UnavailableRegistryStore>("a registry of type '" + type + "'", path);
  }
  const std::string& store_type = registry.registry_store_type;
  if (!store_type.empty() && store_type != "LocalRegistryStore" && store_type != "FileRegistryStore") {
    return std::make_unique<UnavailableRegistryStore>("a registry store of type '" + store_type + "'", path);
  }
  if (path.empty()) {
    return arrow::Status::Invalid(
        "The configuration names no registry. Set `registry` in feature_store.yaml to a path, such as "
        "data/registry.db");
  }
  const size_t scheme_end = path.find("://");
  if (scheme_end == std::string::npos) return std::make_unique<FileRegistryStore>(config.Resolve(path));
  const std::string scheme = path.substr(0, scheme_end);
  if (scheme == "file") {
    std::string rest = path.substr(scheme_end + 3);
    if (rest.starts_with("localhost/")) rest = rest.substr(std::string("localhost").size());
    return std::make_unique<FileRegistryStore>(PercentDecoded(rest));
  }
  return std::make_unique<UnavailableRegistryStore>(scheme + "://", path);
}

}  // namespace feast
