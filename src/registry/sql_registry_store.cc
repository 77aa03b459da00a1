#include "registry/sql_registry_store.h"

#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

#include "registry/registry_encoding.h"

namespace feast {

namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

std::string TextOption(const ConfigValue::Map& options, const std::string& key) {
  const auto found = options.find(key);
  const auto* text = found == options.end() ? nullptr : found->second.As<std::string>();
  return text == nullptr ? "" : *text;
}

/// sqlalchemy_config_kwargs.connect_args are the driver's parameters, for PostgreSQL libpq's (sslmode …). The rest of
/// those arguments concern SQLAlchemy's pool and log.
void AddConnectArguments(const ConfigValue::Map& options, SqlUrl* url) {
  const auto found = options.find("sqlalchemy_config_kwargs");
  const auto* arguments = found == options.end() ? nullptr : found->second.As<ConfigValue::Map>();
  if (arguments == nullptr || arguments->count("connect_args") == 0) return;
  const auto* parameters = arguments->at("connect_args").As<ConfigValue::Map>();
  if (parameters == nullptr || url->kind != SqlUrl::Kind::kPostgres) return;
  for (const auto& [key, value] : *parameters) {
    if (const auto* text = value.As<std::string>()) url->parameters[key] = *text;
    if (const auto* number = value.As<int64_t>()) url->parameters[key] = std::to_string(*number);
  }
}

arrow::Result<SqlUrl> UrlOf(const RepoConfig& config, const std::string& text, const std::string& option) {
  ARROW_ASSIGN_OR_RAISE(SqlUrl url, ParseSqlUrl(text, option));
  if (url.kind == SqlUrl::Kind::kSqlite) url.path = config.Resolve(url.path);
  AddConnectArguments(config.registry.options, &url);
  return url;
}

std::string VersionOf(const std::string& bytes) {
  return std::to_string(bytes.size()) + "-" + std::to_string(std::hash<std::string_view>{}(bytes));
}

arrow::Result<RegistryBytes> Assemble(const StoredRegistry& stored, const std::string& location) {
  RegistryBytes loaded;
  if (stored.rows.empty()) return loaded;
  ARROW_ASSIGN_OR_RAISE(const core::Registry registry, ToRegistry(stored, location));
  loaded.exists = true;
  loaded.bytes = EncodeRegistry(registry, {});
  loaded.version = VersionOf(loaded.bytes);
  return loaded;
}

int64_t NowSeconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(now).count();
}

}  // namespace

arrow::Result<std::unique_ptr<RegistryStore>> SqlRegistryStore::Make(const RepoConfig& config) {
  std::unique_ptr<SqlRegistryStore> store(new SqlRegistryStore);
  const RegistryConfig& registry = config.registry;
  ARROW_ASSIGN_OR_RAISE(store->url_, UrlOf(config, registry.path, "registry.path"));
  store->read_url_ = store->url_;
  const std::string read_path = TextOption(registry.options, "read_path");
  if (!read_path.empty()) {
    ARROW_ASSIGN_OR_RAISE(store->read_url_, UrlOf(config, read_path, "registry.read_path"));
  }
  store->location_ = store->url_.Show();
  store->project_ = config.project;
  const std::string mode = TextOption(registry.options, "schema_mode");
  if (mode == "verify") store->schema_mode_ = SchemaMode::kVerify;
  if (mode == "skip") store->schema_mode_ = SchemaMode::kSkip;
  const auto purge = registry.options.find("purge_feast_metadata");
  const bool* purged = purge == registry.options.end() ? nullptr : purge->second.As<bool>();
  store->with_metadata_ = purged == nullptr || !*purged;
  return store;
}

arrow::Result<std::unique_ptr<SqlDatabase>> SqlRegistryStore::Connect(const SqlUrl& url, bool create) const {
  return url.kind == SqlUrl::Kind::kSqlite ? OpenSqlite(url.path, create) : OpenPostgres(url);
}

arrow::Result<PresentTables> SqlRegistryStore::Tables(SqlDatabase& database) const {
  ARROW_ASSIGN_OR_RAISE(PresentTables tables, PresentTables::Look(database, location_));
  if (schema_mode_ == SchemaMode::kVerify && !tables.Missing().empty()) {
    return arrow::Status::Invalid(
        "The registry's database lacks tables, and `registry.schema_mode` is verify: ", Joined(tables.Missing()),
        ". Set `registry.schema_mode: auto` once, with a user who may create them. Registry: ", location_);
  }
  return tables;
}

arrow::Result<PresentTables> SqlRegistryStore::LockedTables(SqlDatabase& database) const {
  ARROW_ASSIGN_OR_RAISE(PresentTables tables, Tables(database));
  if (!tables.Missing().empty() && schema_mode_ == SchemaMode::kAuto) {
    ARROW_RETURN_NOT_OK(CreateTables(database));
    ARROW_ASSIGN_OR_RAISE(tables, Tables(database));
  }
  if (!tables.names().empty()) ARROW_RETURN_NOT_OK(database.Lock(tables.names()));
  return tables;
}

arrow::Result<RegistryBytes> SqlRegistryStore::LoadFrom(const SqlUrl& url) {
  ARROW_ASSIGN_OR_RAISE(const auto database, Connect(url, /*create=*/false));
  if (database == nullptr) return RegistryBytes{};
  ARROW_ASSIGN_OR_RAISE(const PresentTables tables, Tables(*database));
  ARROW_ASSIGN_OR_RAISE(const StoredRegistry stored, ReadRows(*database, tables, project_));
  return Assemble(stored, location_);
}

arrow::Result<RegistryBytes> SqlRegistryStore::Load() { return LoadFrom(read_url_); }

arrow::Result<RegistryBytes> SqlRegistryStore::LoadToCommit() { return LoadFrom(url_); }

arrow::Result<RegistryBytes> SqlRegistryStore::LoadIfChanged(const std::string& known_version) {
  ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, Load());
  if (loaded.exists && loaded.version == known_version) loaded.bytes.clear();
  return loaded;
}

arrow::Result<CommitResult> SqlRegistryStore::Commit(const std::string& bytes, const std::string& expected_version) {
  ARROW_ASSIGN_OR_RAISE(const auto database, Connect(url_, /*create=*/true));
  ARROW_RETURN_NOT_OK(database->Begin());
  ARROW_ASSIGN_OR_RAISE(const PresentTables tables, LockedTables(*database));
  ARROW_ASSIGN_OR_RAISE(const StoredRegistry stored, ReadRows(*database, tables, project_));
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, Assemble(stored, location_));
  if (current.version != expected_version) return CommitResult{CommitOutcome::kConflict, {}};
  core::Registry before, after;
  if (!before.ParseFromString(current.bytes) || !after.ParseFromString(bytes)) {
    return arrow::Status::Invalid("What was to be committed is no registry. Registry: ", location_);
  }
  ARROW_RETURN_NOT_OK(
      WriteChanges(*database, tables, ToRows(before, project_), ToRows(after, project_), NowSeconds(), with_metadata_));
  ARROW_RETURN_NOT_OK(database->Commit());
  return CommitResult{CommitOutcome::kCommitted, {}};
}

arrow::Status SqlRegistryStore::Remove() {
  ARROW_ASSIGN_OR_RAISE(const auto database, Connect(url_, /*create=*/false));
  if (database == nullptr) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(database->Begin());
  ARROW_ASSIGN_OR_RAISE(const PresentTables tables, PresentTables::Look(*database, location_));
  for (const std::string& table : tables.names()) ARROW_RETURN_NOT_OK(database->Run("DELETE FROM " + table));
  return database->Commit();
}

}  // namespace feast
