#include "online/sqlite_connection.h"

#include <chrono>
#include <filesystem>
#include <system_error>

#include "databases/sql_error.h"

namespace feast {

namespace {

constexpr std::chrono::seconds kBusyPatience{10};

arrow::Status OfOnlineStore(const char* what, const arrow::Status& status, const std::string& path) {
  if (status.ok() || !IsSqlError(status)) return status;
  const bool is_locked = KindOfSqlError(status) == SqlErrorKind::kLocked;
  return status.WithMessage("Cannot ", what, " the online store: ", status.message(), ". ",
                            is_locked ? "Another program has kept it locked; try again when that is done"
                                      : "Check `online_store.path` in feature_store.yaml and the permissions of the "
                                        "file and its folder",
                            ". File: ", path);
}

}  // namespace

arrow::Result<SqliteConnection> SqliteConnection::Open(const std::string& path, const CallContext& context) {
  auto opened = OpenSqlite(path, /*create=*/true, context, kBusyPatience);
  if (!opened.ok()) return OfOnlineStore("open", opened.status(), path);
  return SqliteConnection(opened.MoveValueUnsafe(), path);
}

arrow::Result<SqliteConnection> SqliteConnection::OpenExisting(const std::string& path, const CallContext& context) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return Open(path, context);
  return arrow::Status::IOError("There is no online store yet. Run feast apply, then feast materialize. File: ", path);
}

arrow::Status SqliteConnection::Execute(const std::string& sql) {
  return OfOnlineStore("write", database_->Run(sql).status(), path_);
}

arrow::Result<std::vector<SqlRow>> SqliteConnection::Read(const std::string& sql, const std::vector<SqlValue>& values) {
  auto rows = database_->Run(sql, values);
  if (!rows.ok()) return OfOnlineStore("read", rows.status(), path_);
  return rows;
}

arrow::Result<std::vector<std::string>> SqliteConnection::Columns(const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const auto rows,
                        Read("SELECT name FROM pragma_table_info($1) ORDER BY cid", {{.value = table}}));
  std::vector<std::string> names;
  for (const SqlRow& row : rows) names.push_back(*row[0]);
  return names;
}

arrow::Result<std::optional<SqliteConnection::Table>> SqliteConnection::Find(const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const auto rows,
                        Read("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name = $1 COLLATE NOCASE",
                             {{.value = table}}));
  if (rows.empty()) return std::nullopt;
  return Table{*rows[0][0], rows[0][1].value_or("")};
}

arrow::Result<std::unique_ptr<SqliteStatement>> SqliteConnection::Prepare(const std::string& sql) {
  auto prepared = database_->Prepare(sql);
  if (!prepared.ok()) return OfOnlineStore("use", prepared.status(), path_);
  return prepared;
}

arrow::Status SqliteConnection::Explained(const char* what, const arrow::Status& status) const {
  return OfOnlineStore(what, status, path_);
}

arrow::Result<SqliteConnection::Table> SqliteConnection::TableOf(const std::string& view, const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(auto found, Find(table));
  if (found) return *std::move(found);
  return arrow::Status::KeyError("The online store has no table for feature view '", view,
                                 "'. Apply it (feast apply) and materialize it. Table: ", table, ", file: ", path_);
}

arrow::Result<bool> SqliteConnection::IsEmpty() {
  ARROW_ASSIGN_OR_RAISE(const auto rows, Read("SELECT name FROM sqlite_master LIMIT 1"));
  return rows.empty();
}

}  // namespace feast
