#include "registry/stores/sql_registry_rows.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "registry/history/sql_history_table.h"

namespace feast {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr const char* kProjectUuid = "project_uuid";
constexpr const char* kLastUpdated = "last_updated_timestamp";
/// The name Feast gives a project's one row of infrastructure.
constexpr const char* kInfraName = "infra_obj";
constexpr size_t kRowsPerStatement = 500;

const FieldDescriptor* RegistryField(const ObjectTable& table) {
  return core::Registry::descriptor()->FindFieldByName(table.field);
}

std::string CanonicalBytes(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  // Maps come out in one order, so that equal messages are equal bytes.
  output.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

/// Where an object's name and project are: in its spec, if it has one.
const Message& Identity(const Message& object) {
  const auto* spec = object.GetDescriptor()->FindFieldByName("spec");
  return spec == nullptr ? object : object.GetReflection()->GetMessage(object, spec);
}

std::string TextOf(const Message& message, const char* name) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

/// Feast leaves the project of a stored object to its row.
void SetProject(Message* object, const std::string& project) {
  const auto* spec = object->GetDescriptor()->FindFieldByName("spec");
  Message* identity = spec == nullptr ? object : object->GetReflection()->MutableMessage(object, spec);
  const auto* field = identity->GetDescriptor()->FindFieldByName("project");
  if (field != nullptr) identity->GetReflection()->SetString(identity, field, project);
}

bool IsInfra(const ObjectTable& table) { return std::string_view(table.name) == kInfraTable; }

std::string SelectObjects(const ObjectTable& table) {
  const std::string name = table.name;
  std::string sql = "SELECT '" + name + "', project_id, " + table.name_column + ", " + table.message_column +
                    ", NULL, CAST(last_updated_timestamp AS TEXT) FROM " + name;
  if (IsInfra(table)) sql += " WHERE project_id = $1 AND infra_name = '" + std::string(kInfraName) + "'";
  return sql;
}

arrow::Status NotAnObject(const RowKey& key, const std::string& location) {
  return arrow::Status::Invalid("A row of the registry's table '", key.table, "' is damaged: '", key.name,
                                "' of project '", key.project,
                                "' does not parse. Delete the row and run `feast apply`. Registry: ", location);
}

/// "($1, $2), ($3, $4)": a group for each row.
std::string Placeholders(size_t rows, size_t columns) {
  std::string text;
  for (size_t i = 0; i < rows * columns; ++i) {
    text += i % columns == 0 ? (i == 0 ? "($" : "), ($") : ", $";
    text += std::to_string(i + 1);
  }
  return text + ")";
}

/// Calls `run(first, last)` for every few hundred of `count` rows.
template <typename Run>
arrow::Status InParts(size_t count, Run&& run) {
  for (size_t first = 0; first < count; first += kRowsPerStatement) {
    ARROW_RETURN_NOT_OK(run(first, std::min(count, first + kRowsPerStatement)));
  }
  return arrow::Status::OK();
}

using Rows = std::vector<std::pair<RowKey, std::string>>;

arrow::Status PutObjects(SqlDatabase& database, const ObjectTable& table, const Rows& rows, const std::string& now_s) {
  const std::string name = table.name_column, message = table.message_column;
  const std::string key = std::string(table.name) == "projects" ? "project_id" : name + ", project_id";
  return InParts(rows.size(), [&](size_t first, size_t last) {
    std::vector<SqlValue> values;
    for (size_t i = first; i < last; ++i) {
      const auto& [row, bytes] = rows[i];
      values.insert(values.end(), {{row.name}, {row.project}, {now_s}, {bytes, true}});
    }
    return database
        .Run("INSERT INTO " + std::string(table.name) + " (" + name + ", project_id, last_updated_timestamp, " +
                 message + ") VALUES " + Placeholders(last - first, 4) + " ON CONFLICT (" + key + ") DO UPDATE SET " +
                 message + " = excluded." + message + ", last_updated_timestamp = excluded.last_updated_timestamp",
             values)
        .status();
  });
}

arrow::Status DeleteObjects(SqlDatabase& database, const std::string& table, const std::string& name_column,
                            const std::vector<RowKey>& keys) {
  return InParts(keys.size(), [&](size_t first, size_t last) {
    std::vector<SqlValue> values;
    for (size_t i = first; i < last; ++i) values.insert(values.end(), {{keys[i].name}, {keys[i].project}});
    return database
        .Run("DELETE FROM " + table + " WHERE (" + name_column + ", project_id) IN (VALUES " +
                 Placeholders(last - first, 2) + ")",
             values)
        .status();
  });
}

arrow::Status PutMetadata(SqlDatabase& database, const Rows& rows, const std::string& now_s) {
  return InParts(rows.size(), [&](size_t first, size_t last) {
    std::vector<SqlValue> values;
    for (size_t i = first; i < last; ++i) {
      const auto& [row, text] = rows[i];
      values.insert(values.end(), {{row.project}, {row.name}, {text}, {now_s}});
    }
    return database
        .Run("INSERT INTO " + std::string(kMetadataTable) +
                 " (project_id, metadata_key, metadata_value, last_updated_timestamp) VALUES " +
                 Placeholders(last - first, 4) + " ON CONFLICT (project_id, metadata_key) DO UPDATE SET " +
                 "metadata_value = excluded.metadata_value, last_updated_timestamp = excluded.last_updated_timestamp",
             values)
        .status();
  });
}

}  // namespace

arrow::Result<StoredRegistry> ReadRows(SqlDatabase& database, const PresentTables& tables, const std::string& project) {
  std::string sql;
  bool needs_project = false;
  for (const ObjectTable& table : ObjectTables()) {
    if (!tables.Has(table.name)) continue;
    sql += (sql.empty() ? "" : " UNION ALL ") + SelectObjects(table);
    needs_project |= IsInfra(table);
  }
  if (tables.Has(kMetadataTable)) {
    sql += (sql.empty() ? "" : " UNION ALL ") + std::string("SELECT '") + kMetadataTable +
           "', project_id, metadata_key, NULL, metadata_value, CAST(last_updated_timestamp AS TEXT) FROM " +
           kMetadataTable + " WHERE metadata_key = '" + kProjectUuid + "'";
  }
  StoredRegistry stored;
  if (sql.empty()) return stored;
  if (tables.has_history()) {
    sql += std::string(" UNION ALL SELECT '") + kRegistryHistoryTable + "', '', name, content, NULL, '0' FROM " +
           kRegistryHistoryTable + " WHERE name = '" + kHistoryHead + "'";
  }
  // One statement sees all tables as of one moment.
  ARROW_ASSIGN_OR_RAISE(auto rows,
                        database.Run(sql, needs_project ? std::vector<SqlValue>{{project}} : std::vector<SqlValue>{}));
  for (SqlRow& row : rows) {
    if (*row[0] == kRegistryHistoryTable) {
      stored.head = *std::move(row[3]);
      continue;
    }
    stored.last_updated_s = std::max<int64_t>(stored.last_updated_s, std::atoll(row[5].value_or("0").c_str()));
    stored.rows[{*row[0], *row[1], *row[2]}] = row[3] ? *std::move(row[3]) : row[4].value_or("");
  }
  return stored;
}

arrow::Result<core::Registry> ToRegistry(const StoredRegistry& stored, const std::string& location) {
  core::Registry registry;
  const auto* reflection = registry.GetReflection();
  for (const auto& [key, value] : stored.rows) {
    if (key.table == kMetadataTable) {
      auto* metadata = registry.add_project_metadata();
      metadata->set_project(key.project);
      metadata->set_project_uuid(value);
      continue;
    }
    const auto tables = ObjectTables();
    const auto table =
        std::find_if(tables.begin(), tables.end(), [&wanted = key.table](const auto& t) { return wanted == t.name; });
    const FieldDescriptor* field = RegistryField(*table);
    Message* object =
        field->is_repeated() ? reflection->AddMessage(&registry, field) : reflection->MutableMessage(&registry, field);
    if (!object->ParseFromString(value)) return NotAnObject(key, location);
    if (!IsInfra(*table)) SetProject(object, key.project);
  }
  if (!stored.rows.empty()) {
    registry.set_registry_schema_version("1");
    registry.mutable_last_updated()->set_seconds(stored.last_updated_s);
  }
  return registry;
}

RegistryRows ToRows(const core::Registry& registry, const std::string& project) {
  RegistryRows rows;
  const auto* reflection = registry.GetReflection();
  for (const ObjectTable& table : ObjectTables()) {
    const FieldDescriptor* field = RegistryField(table);
    if (IsInfra(table)) {
      const std::string infra = CanonicalBytes(reflection->GetMessage(registry, field));
      if (!infra.empty()) rows[{table.name, project, kInfraName}] = infra;
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(registry, field); ++i) {
      const Message& object = reflection->GetRepeatedMessage(registry, field, i);
      const Message& identity = Identity(object);
      const std::string name = TextOf(identity, "name");
      const std::string its_project =
          field->number() == core::Registry::kProjectsFieldNumber ? name : TextOf(identity, "project");
      rows[{table.name, its_project, name}] = CanonicalBytes(object);
    }
  }
  for (const auto& metadata : registry.project_metadata()) {
    rows[{kMetadataTable, metadata.project(), kProjectUuid}] = metadata.project_uuid();
  }
  return rows;
}

// What the tables will hold: `stored` as it was read, but for the rows that were edited.
RegistryRows WithChanges(RegistryRows stored, const RegistryRows& before, const RegistryRows& after) {
  for (const auto& [key, value] : after) {
    const auto old = before.find(key);
    if (old == before.end() || old->second != value) stored[key] = value;
  }
  for (const auto& [key, value] : before) {
    if (after.count(key) == 0) stored.erase(key);
  }
  return stored;
}

arrow::Status WriteChanges(SqlDatabase& database, const PresentTables& tables, const RegistryRows& before,
                           const RegistryRows& after, int64_t now_s, bool with_metadata) {
  std::map<std::string, Rows> put;
  std::map<std::string, std::vector<RowKey>> removed;
  std::set<std::string> touched;
  for (const auto& [key, value] : after) {
    const auto old = before.find(key);
    if (old != before.end() && old->second == value) continue;
    put[key.table].emplace_back(key, value);
    touched.insert(key.project);
  }
  for (const auto& [key, value] : before) {
    if (after.count(key) != 0) continue;
    removed[key.table].push_back(key);
    touched.insert(key.project);
  }
  const std::string now = std::to_string(now_s);
  for (const ObjectTable& table : ObjectTables()) {
    // Deleted before others are put: the two are never of one key.
    ARROW_RETURN_NOT_OK(DeleteObjects(database, table.name, table.name_column, removed[table.name]));
    ARROW_RETURN_NOT_OK(PutObjects(database, table, put[table.name], now));
    // A view made anew under an old name starts its versions anew; Feast would trip over those of the old one.
    if (table.has_user_metadata && tables.Has(kViewHistoryTable)) {
      ARROW_RETURN_NOT_OK(DeleteObjects(database, kViewHistoryTable, table.name_column, removed[table.name]));
    }
  }
  if (!with_metadata || !tables.Has(kMetadataTable)) return arrow::Status::OK();
  Rows& metadata = put[kMetadataTable];
  for (const RowKey& key : removed[kMetadataTable]) {
    // The project has gone, so nothing is noted of its last update.
    touched.erase(key.project);
    ARROW_RETURN_NOT_OK(
        database.Run("DELETE FROM " + std::string(kMetadataTable) + " WHERE project_id = $1", {{key.project}}));
  }
  for (const std::string& project : touched) metadata.emplace_back(RowKey{kMetadataTable, project, kLastUpdated}, now);
  return PutMetadata(database, metadata, now);
}

}  // namespace feast
