#include "registry/stores/sql_registry_tables.h"

#include "registry/history/sql_history_table.h"

namespace feast {

namespace {

// clang-format off
constexpr ObjectTable kObjects[] = {
    {"projects", "projects", "project_name", "project_proto"},
    {"entities", "entities", "entity_name", "entity_proto"},
    {"data_sources", "data_sources", "data_source_name", "data_source_proto"},
    {"feature_views", "feature_views", "feature_view_name", "feature_view_proto", true, true},
    {"stream_feature_views", "stream_feature_views", "feature_view_name", "feature_view_proto", false, true},
    {"on_demand_feature_views", "on_demand_feature_views", "feature_view_name", "feature_view_proto", false, true},
    {"label_views", "label_views", "feature_view_name", "feature_view_proto", false, true},
    {"feature_services", "feature_services", "feature_service_name", "feature_service_proto"},
    {"saved_datasets", "saved_datasets", "saved_dataset_name", "saved_dataset_proto"},
    {"validation_references", "validation_references", "validation_reference_name", "validation_reference_proto"},
    {"permissions", "permissions", "permission_name", "permission_proto"},
    {kInfraTable, "infra", "infra_name", "infra_proto"},
};
// clang-format on

struct Column {
  std::string name;
  /// Nullability included.
  std::string sql_type;
  /// Whether something here reads or writes it.
  bool is_used = true;
};

struct Layout {
  std::string table;
  std::vector<Column> columns;
  std::string primary_key;
  std::string index;
};

Layout LayoutOf(const ObjectTable& table, const std::string& blob) {
  const bool projects = std::string(table.name) == "projects";
  const std::string text = "VARCHAR(255) NOT NULL";
  Layout layout{table.name,
                {},
                projects ? "project_id" : std::string(table.name_column) + ", project_id",
                std::string("idx_") + table.name + "_project_id"};
  layout.columns.push_back({projects ? "project_id" : table.name_column, text});
  layout.columns.push_back({projects ? table.name_column : "project_id", text});
  layout.columns.push_back({"last_updated_timestamp", "BIGINT NOT NULL"});
  if (table.has_intervals) layout.columns.push_back({"materialized_intervals", blob, false});
  layout.columns.push_back({table.message_column, blob + " NOT NULL"});
  if (table.has_user_metadata) layout.columns.push_back({"user_metadata", blob, false});
  return layout;
}

std::vector<Layout> Layouts(const std::string& blob) {
  std::vector<Layout> layouts;
  for (const ObjectTable& table : kObjects) layouts.push_back(LayoutOf(table, blob));
  layouts.push_back({kMetadataTable,
                     {{"project_id", "VARCHAR(255) NOT NULL"},
                      {"metadata_key", "VARCHAR(50) NOT NULL"},
                      {"metadata_value", "TEXT NOT NULL"},
                      {"last_updated_timestamp", "BIGINT NOT NULL"}},
                     "project_id, metadata_key",
                     "idx_feast_metadata_project_id"});
  layouts.push_back({kViewHistoryTable,
                     {{"feature_view_name", "VARCHAR(255) NOT NULL"},
                      {"project_id", "VARCHAR(255) NOT NULL"},
                      {"version_number", "INTEGER NOT NULL", false},
                      {"feature_view_type", "VARCHAR(50) NOT NULL", false},
                      {"feature_view_proto", blob + " NOT NULL", false},
                      {"created_timestamp", "BIGINT NOT NULL", false},
                      {"description", "TEXT", false},
                      {"version_id", "VARCHAR(36) NOT NULL", false}},
                     "feature_view_name, project_id, version_number",
                     "idx_fv_version_history_project_id"});
  return layouts;
}

}  // namespace

std::span<const ObjectTable> ObjectTables() { return kObjects; }

arrow::Result<PresentTables> PresentTables::Look(SqlDatabase& database, const std::string& location) {
  ARROW_ASSIGN_OR_RAISE(const auto columns, database.Columns());
  PresentTables present;
  present.has_history_ = columns.count(kRegistryHistoryTable) != 0;
  for (const Layout& layout : Layouts("")) {
    const auto found = columns.find(layout.table);
    if (found == columns.end()) continue;
    present.names_.insert(layout.table);
    for (const Column& column : layout.columns) {
      if (!column.is_used || found->second.count(column.name) != 0) continue;
      return arrow::Status::Invalid("The database has a table '", layout.table,
                                    "' that is not a Feast registry's: it has ", "no column '", column.name,
                                    "'. Set `registry.path` in feature_store.yaml to another ",
                                    "database or schema. Registry: ", location);
    }
  }
  return present;
}

std::vector<std::string> PresentTables::Missing() const {
  std::vector<std::string> missing;
  for (const Layout& layout : Layouts("")) {
    if (!Has(layout.table)) missing.push_back(layout.table);
  }
  return missing;
}

arrow::Status CreateTables(SqlDatabase& database) {
  for (const Layout& layout : Layouts(database.blob_type())) {
    std::string sql = "CREATE TABLE IF NOT EXISTS " + layout.table + " (";
    for (const Column& column : layout.columns) sql += column.name + " " + column.sql_type + ", ";
    ARROW_RETURN_NOT_OK(database.Run(sql + "PRIMARY KEY (" + layout.primary_key + "))"));
    ARROW_RETURN_NOT_OK(
        database.Run("CREATE INDEX IF NOT EXISTS " + layout.index + " ON " + layout.table + " (project_id)"));
  }
  return arrow::Status::OK();
}

}  // namespace feast
