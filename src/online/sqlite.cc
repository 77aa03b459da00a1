#include "online/sqlite.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "feast/core/InfraObject.pb.h"
#include "online/sqlite_connection.h"

namespace feast {

namespace {

constexpr const char* kInfraClass = "feast.infra.online_stores.sqlite.SqliteTable";

arrow::Status AddColumnIfMissing(SqliteConnection& connection, const std::string& table, const std::string& column,
                                 const std::string& type) {
  ARROW_ASSIGN_OR_RAISE(const auto columns, connection.Columns(table));
  if (std::find(columns.begin(), columns.end(), column) != columns.end()) return arrow::Status::OK();
  return connection.Execute("ALTER TABLE " + QuoteSqliteIdentifier(table) + " ADD COLUMN " + column + " " + type);
}

arrow::Status PrepareTable(SqliteConnection& connection, const std::string& table, bool with_value_num) {
  const std::string quoted = QuoteSqliteIdentifier(table);
  ARROW_RETURN_NOT_OK(connection.Execute(
      "CREATE TABLE IF NOT EXISTS " + quoted + " (entity_key BLOB, feature_name TEXT, value BLOB, value_text TEXT, " +
      (with_value_num ? "value_num REAL, " : "") +
      "vector_value BLOB, event_ts timestamp, created_ts timestamp, PRIMARY KEY(entity_key, feature_name))"));
  ARROW_RETURN_NOT_OK(connection.Execute("CREATE INDEX IF NOT EXISTS " + QuoteSqliteIdentifier(table + "_ek") + " ON " +
                                         quoted + " (entity_key)"));
  // Tables of older versions lack the newer columns.
  ARROW_RETURN_NOT_OK(AddColumnIfMissing(connection, table, "value_text", "TEXT"));
  ARROW_RETURN_NOT_OK(AddColumnIfMissing(connection, table, "vector_value", "BLOB"));
  return with_value_num ? AddColumnIfMissing(connection, table, "value_num", "REAL") : arrow::Status::OK();
}

}  // namespace

SqliteOnlineStore::SqliteOnlineStore(std::string path, std::string project, bool with_value_num)
    : path_(std::move(path)), project_(std::move(project)), with_value_num_(with_value_num) {}

std::vector<core::InfraObject> SqliteOnlineStore::InfraFor(
    const std::vector<std::shared_ptr<FeatureView>>& views) const {
  std::vector<core::InfraObject> objects(views.size());
  for (size_t i = 0; i < views.size(); ++i) {
    objects[i].set_infra_object_class_type(kInfraClass);
    objects[i].mutable_sqlite_table()->set_path(path_);
    objects[i].mutable_sqlite_table()->set_name(TableName(*views[i]));
  }
  return objects;
}

arrow::Status SqliteOnlineStore::Update(const OnlineUpdate& update) {
  if (update.keep.empty()) return Teardown(update.remove);
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::Open(path_));
  ARROW_RETURN_NOT_OK(connection.Execute("BEGIN IMMEDIATE"));
  for (const auto& view : update.keep) {
    ARROW_RETURN_NOT_OK(PrepareTable(connection, TableName(*view), with_value_num_));
  }
  for (const auto& view : update.remove) {
    ARROW_RETURN_NOT_OK(connection.Execute("DROP TABLE IF EXISTS " + QuoteSqliteIdentifier(TableName(*view))));
  }
  return connection.Execute("COMMIT");
}

arrow::Result<std::vector<OnlineTableState>> SqliteOnlineStore::Inspect(
    const std::vector<std::shared_ptr<FeatureView>>& views) {
  std::vector<OnlineTableState> states;
  for (const auto& view : views) states.push_back({TableName(*view), false, {}});
  if (!std::filesystem::exists(path_)) return states;
  std::vector<std::string> wanted = {"entity_key",   "feature_name", "value",     "value_text",
                                     "vector_value", "event_ts",     "created_ts"};
  if (with_value_num_) wanted.push_back("value_num");
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::Open(path_));
  for (auto& state : states) {
    ARROW_ASSIGN_OR_RAISE(const auto columns, connection.Columns(state.name));
    state.exists = !columns.empty();
    if (!state.exists) continue;
    for (const auto& column : wanted) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) state.missing_columns.push_back(column);
    }
  }
  return states;
}

arrow::Status SqliteOnlineStore::Teardown(const std::vector<std::shared_ptr<FeatureView>>& views) {
  if (views.empty() || !std::filesystem::exists(path_)) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::Open(path_));
  ARROW_RETURN_NOT_OK(connection.Execute("BEGIN IMMEDIATE"));
  for (const auto& view : views) {
    ARROW_RETURN_NOT_OK(connection.Execute("DROP TABLE IF EXISTS " + QuoteSqliteIdentifier(TableName(*view))));
  }
  ARROW_RETURN_NOT_OK(connection.Execute("COMMIT"));
  // A file that held nothing else goes too.
  ARROW_ASSIGN_OR_RAISE(const bool empty, connection.IsEmpty());
  if (empty) std::filesystem::remove(path_);
  return arrow::Status::OK();
}

}  // namespace feast
