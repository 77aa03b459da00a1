#include "registry/history/sql_history_store.h"

#include "registry/history/sql_history_table.h"
#include "registry/stores/registry_database.h"

namespace feast {

std::string SqlHistoryStore::location() const { return options_.url.Show() + "#" + kRegistryHistoryTable; }

arrow::Result<bool> SqlHistoryStore::HasTable(SqlDatabase& database) {
  if (has_table_) return true;
  ARROW_ASSIGN_OR_RAISE(const auto columns, database.Columns());
  has_table_ = columns.count(kRegistryHistoryTable) != 0;
  return has_table_.load();
}

arrow::Status SqlHistoryStore::MakeTable(SqlDatabase& database) {
  if (options_.schema_mode != SqlSchemaMode::kAuto) {
    return arrow::Status::Invalid("its table ", kRegistryHistoryTable,
                                  " is missing, and `registry.schema_mode` lets nobody make it. Set `schema_mode: "
                                  "auto` once, or `history_max: 0` to keep no history. Registry: ",
                                  options_.url.Show());
  }
  // One at a time: two programs that create one table at the same moment can fail in PostgreSQL, IF NOT EXISTS or not.
  ARROW_RETURN_NOT_OK(database.Begin());
  const auto made = CreateHistoryTable(database);
  if (!made.ok()) return made.WithMessage(made.message(), " (`history_max: 0` under `registry` keeps no history)");
  ARROW_RETURN_NOT_OK(database.Commit());
  has_table_ = true;
  return arrow::Status::OK();
}

arrow::Status SqlHistoryStore::Put(const std::string& name, const std::string& bytes) {
  const auto put = [&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto database, OpenRegistryDatabase(options_.url, /*create=*/true));
    ARROW_ASSIGN_OR_RAISE(const bool has_table, HasTable(*database));
    if (!has_table) ARROW_RETURN_NOT_OK(MakeTable(*database));
    return PutHistoryRow(*database, name, bytes);
  };
  const arrow::Status done = put();
  return done.ok() ? done : HistoryError(done, "written");
}

arrow::Result<std::optional<std::string>> SqlHistoryStore::Get(const std::string& name) {
  const auto get = [&]() -> arrow::Result<std::optional<std::string>> {
    ARROW_ASSIGN_OR_RAISE(const auto database, OpenRegistryDatabase(options_.url, /*create=*/false));
    if (database == nullptr) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(const bool has_table, HasTable(*database));
    if (!has_table) return std::nullopt;
    return GetHistoryRow(*database, name);
  };
  auto got = get();
  if (!got.ok()) return HistoryError(got.status(), "read");
  return got;
}

arrow::Status SqlHistoryStore::Remove(const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const auto database, OpenRegistryDatabase(options_.url, /*create=*/false));
  if (database == nullptr) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const bool has_table, HasTable(*database));
  return has_table ? RemoveHistoryRow(*database, name) : arrow::Status::OK();
}

arrow::Result<std::unique_ptr<HistoryStore>> MakeSqlHistoryStore(const RepoConfig& config) {
  ARROW_ASSIGN_OR_RAISE(SqlRegistryOptions options, SqlRegistryOptions::Of(config));
  return std::make_unique<SqlHistoryStore>(std::move(options));
}

}  // namespace feast
