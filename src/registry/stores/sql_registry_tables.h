// The tables of a registry in a database, as Feast lays them out: a row for each object, its message in a column.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "databases/sql_database.h"

namespace feast {

/// A table of objects. Its primary key is (name, project_id), that of `projects` project_id.
struct ObjectTable {
  const char* name;
  /// The registry message's field that holds these objects.
  const char* field;
  const char* name_column;
  const char* message_column;
  /// Columns that only Feast fills.
  bool has_intervals = false, has_user_metadata = false;
};

/// Kept by project: `project_uuid` and `last_updated_timestamp`, as text.
inline constexpr const char* kMetadataTable = "feast_metadata";
/// A row for each project: what stands in the online store.
inline constexpr const char* kInfraTable = "managed_infra";
/// What Feast keeps of earlier versions of its views.
inline constexpr const char* kViewHistoryTable = "feature_view_version_history";

std::span<const ObjectTable> ObjectTables();

/// The registry's tables that a database has.
class PresentTables {
 public:
  /// Invalid, naming table and column, when a table of that name is laid out otherwise.
  static arrow::Result<PresentTables> Look(SqlDatabase& database, const std::string& location);

  bool Has(const std::string& table) const { return names_.count(table) != 0; }
  /// Those that are there, in a fixed order.
  std::vector<std::string> names() const { return {names_.begin(), names_.end()}; }
  /// Those that are not.
  std::vector<std::string> Missing() const;
  /// Whether our history's table is there, and this user's to use. It is none of the registry's.
  bool has_history() const { return has_history_; }

 private:
  std::set<std::string> names_;
  bool has_history_ = false;
};

/// Makes the tables that are missing.
arrow::Status CreateTables(SqlDatabase& database);

}  // namespace feast
