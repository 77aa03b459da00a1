// The table that holds the history of a registry in a database: contents by name. Feast has none of this name, and
// leaves it alone.
#pragma once

#include <optional>
#include <string>

#include "arrow/result.h"
#include "arrow/status.h"
#include "databases/sql_database.h"

namespace feast {

inline constexpr const char* kRegistryHistoryTable = "feast_cpp_history";
/// The row that says which version the registry's rows are (sql_registry_version.h).
inline constexpr const char* kHistoryHead = "head";

arrow::Status CreateHistoryTable(SqlDatabase& database);
/// Replaces a row of that name.
arrow::Status PutHistoryRow(SqlDatabase& database, const std::string& name, const std::string& content);
/// nullopt when there is none.
arrow::Result<std::optional<std::string>> GetHistoryRow(SqlDatabase& database, const std::string& name);
arrow::Status RemoveHistoryRow(SqlDatabase& database, const std::string& name);

}  // namespace feast
