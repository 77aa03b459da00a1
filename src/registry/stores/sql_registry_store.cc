#include "registry/stores/sql_registry_store.h"

#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

#include "feast/call_context.h"
#include "registry/history/history.h"
#include "registry/history/sql_history_table.h"
#include "registry/registry_encoding.h"
#include "registry/stores/registry_database.h"
#include "registry/stores/sql_registry_version.h"
#include "system/either_stop.h"

namespace feast {

namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

// Tables have no version of their own. All of the rows' content is hashed, so that any writer's change is seen.
std::string VersionOf(const std::string& bytes) {
  return std::to_string(bytes.size()) + "-" + std::to_string(std::hash<std::string_view>{}(bytes));
}

arrow::Result<RegistryBytes> Assemble(const StoredRegistry& stored, const std::string& location) {
  RegistryBytes loaded;
  if (stored.rows.empty()) return loaded;
  ARROW_ASSIGN_OR_RAISE(core::Registry registry, ToRegistry(stored, location));
  ARROW_ASSIGN_OR_RAISE(const std::string version_id, VersionIdOf(stored.rows, stored.head));
  registry.set_version_id(version_id);
  loaded.exists = true;
  loaded.bytes = EncodeRegistry(registry, {});
  loaded.version = VersionOf(loaded.bytes);
  return loaded;
}

/// The thread's call, which also ends when the store is stopped.
class OneCall {
 public:
  explicit OneCall(const std::stop_source& store)
      : deadline_(CallContext::OfThread().deadline), stop_(CallContext::OfThread().stop, store.get_token()) {}
  CallContext context() const { return {stop_.token(), deadline_}; }

 private:
  const Deadline deadline_;
  const EitherStop stop_;
};

int64_t NowSeconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(now).count();
}

}  // namespace

arrow::Result<std::unique_ptr<RegistryStore>> SqlRegistryStore::Make(const RepoConfig& config) {
  ARROW_ASSIGN_OR_RAISE(SqlRegistryOptions options, SqlRegistryOptions::Of(config));
  ARROW_ASSIGN_OR_RAISE(const int64_t records_max, HistoryRecordsMax(config));
  return std::unique_ptr<RegistryStore>(new SqlRegistryStore(std::move(options), config.project, records_max > 0));
}

arrow::Result<PresentTables> SqlRegistryStore::Tables(SqlDatabase& database) const {
  ARROW_ASSIGN_OR_RAISE(PresentTables tables, PresentTables::Look(database, location()));
  if (options_.schema_mode == SqlSchemaMode::kVerify && !tables.Missing().empty()) {
    return arrow::Status::Invalid(
        "The registry's database lacks tables, and `registry.schema_mode` is verify: ", Joined(tables.Missing()),
        ". Set `registry.schema_mode: auto` once, with a user who may create them. Registry: ", location());
  }
  return tables;
}

arrow::Result<PresentTables> SqlRegistryStore::LockedTables(SqlDatabase& database) const {
  ARROW_ASSIGN_OR_RAISE(PresentTables tables, Tables(database));
  if (!tables.Missing().empty() && options_.schema_mode == SqlSchemaMode::kAuto) {
    ARROW_RETURN_NOT_OK(CreateTables(database));
    ARROW_ASSIGN_OR_RAISE(tables, Tables(database));
  }
  if (!tables.names().empty()) ARROW_RETURN_NOT_OK(database.Lock(tables.names()));
  return tables;
}

arrow::Result<RegistryBytes> SqlRegistryStore::LoadFrom(const SqlUrl& url) {
  const OneCall call(stop_);
  ARROW_ASSIGN_OR_RAISE(const auto database, OpenRegistryDatabase(url, /*create=*/false, call.context()));
  if (database == nullptr) return RegistryBytes{};
  ARROW_ASSIGN_OR_RAISE(const PresentTables tables, Tables(*database));
  ARROW_ASSIGN_OR_RAISE(const StoredRegistry stored, ReadRows(*database, tables, project_));
  return Assemble(stored, location());
}

arrow::Result<RegistryBytes> SqlRegistryStore::Load() { return LoadFrom(options_.read_url); }

arrow::Result<RegistryBytes> SqlRegistryStore::LoadToCommit() { return LoadFrom(options_.url); }

arrow::Result<RegistryBytes> SqlRegistryStore::LoadIfChanged(const std::string& known_version) {
  ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, Load());
  if (loaded.exists && loaded.version == known_version) loaded.bytes.clear();
  return loaded;
}

arrow::Result<CommitResult> SqlRegistryStore::Commit(const std::string& bytes, const std::string& expected_version) {
  const OneCall call(stop_);
  ARROW_ASSIGN_OR_RAISE(const auto database, OpenRegistryDatabase(options_.url, /*create=*/true, call.context()));
  ARROW_RETURN_NOT_OK(database->Begin());
  // From here to Commit no other program writes to these tables, Feast included. Whoever is late reads what this commit
  // left, and its version no longer fits. Every way out without Commit rolls back.
  ARROW_ASSIGN_OR_RAISE(const PresentTables tables, LockedTables(*database));
  ARROW_ASSIGN_OR_RAISE(const StoredRegistry stored, ReadRows(*database, tables, project_));
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, Assemble(stored, location()));
  if (current.version != expected_version) return CommitResult{CommitOutcome::kConflict, {}};
  core::Registry before, after;
  if (!before.ParseFromString(current.bytes) || !after.ParseFromString(bytes)) {
    return arrow::Status::Invalid("What was to be committed is no registry. Registry: ", location());
  }
  // Both in the same form: what differs is what was edited. Rows that were not edited are not written, so their bytes
  // stay as Feast left them.
  const RegistryRows rows_before = ToRows(before, project_), rows_after = ToRows(after, project_);
  ARROW_RETURN_NOT_OK(WriteChanges(*database, tables, rows_before, rows_after, NowSeconds(), options_.with_metadata));
  if (keeps_history_ && tables.has_history()) {
    const RegistryRows left = WithChanges(stored.rows, rows_before, rows_after);
    ARROW_ASSIGN_OR_RAISE(const std::string head, HeadOf(left, after.version_id()));
    ARROW_RETURN_NOT_OK(PutHistoryRow(*database, kHistoryHead, head));
  }
  ARROW_RETURN_NOT_OK(database->Commit());
  // No token: the next load makes one from the rows as they are read.
  return CommitResult{CommitOutcome::kCommitted, {}};
}

arrow::Result<CommitOutcome> SqlRegistryStore::Remove(const std::string& expected_version) {
  const OneCall call(stop_);
  ARROW_ASSIGN_OR_RAISE(const auto database, OpenRegistryDatabase(options_.url, /*create=*/false, call.context()));
  if (database == nullptr) return CommitOutcome::kCommitted;
  ARROW_RETURN_NOT_OK(database->Begin());
  ARROW_ASSIGN_OR_RAISE(const PresentTables tables, PresentTables::Look(*database, location()));
  if (!tables.names().empty()) ARROW_RETURN_NOT_OK(database->Lock(tables.names()));
  ARROW_ASSIGN_OR_RAISE(const StoredRegistry stored, ReadRows(*database, tables, project_));
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, Assemble(stored, location()));
  if (current.exists && current.version != expected_version) return CommitOutcome::kConflict;
  for (const std::string& table : tables.names()) ARROW_RETURN_NOT_OK(database->Run("DELETE FROM " + table));
  ARROW_RETURN_NOT_OK(database->Commit());
  return CommitOutcome::kCommitted;
}

}  // namespace feast
