#include "registry/history/sql_history_table.h"

#include <utility>

namespace feast {

namespace {

const std::string kTable = kRegistryHistoryTable;

}  // namespace

arrow::Status CreateHistoryTable(SqlDatabase& database) {
  return database
      .Run("CREATE TABLE IF NOT EXISTS " + kTable + " (name VARCHAR(255) NOT NULL PRIMARY KEY, content " +
           database.blob_type() + " NOT NULL)")
      .status();
}

arrow::Status PutHistoryRow(SqlDatabase& database, const std::string& name, const std::string& content) {
  return database
      .Run("INSERT INTO " + kTable +
               " (name, content) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
           {{name}, {content, true}})
      .status();
}

arrow::Result<std::optional<std::string>> GetHistoryRow(SqlDatabase& database, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(auto rows, database.Run("SELECT content FROM " + kTable + " WHERE name = $1", {{name}}));
  if (rows.empty()) return std::nullopt;
  return std::move(rows[0][0]);
}

arrow::Status RemoveHistoryRow(SqlDatabase& database, const std::string& name) {
  return database.Run("DELETE FROM " + kTable + " WHERE name = $1", {{name}}).status();
}

}  // namespace feast
