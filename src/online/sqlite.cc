#include "online/sqlite.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "arrow/array/array_binary.h"
#include "arrow/util/uri.h"
#include "feast/core/InfraObject.pb.h"
#include "online/sqlite_connection.h"
#include "text/utf8.h"

namespace feast {

namespace {

constexpr const char* kInfraClass = "feast.infra.online_stores.sqlite.SqliteTable";

arrow::Status AddColumnIfMissing(SqliteConnection& connection, const std::string& table, const std::string& column,
                                 const std::string& type) {
  ARROW_ASSIGN_OR_RAISE(const auto columns, connection.Columns(table));
  if (std::find(columns.begin(), columns.end(), column) != columns.end()) return arrow::Status::OK();
  return connection.Execute("ALTER TABLE " + QuotedIdentifier(table) + " ADD COLUMN " + column + " " + type);
}

// A table belongs to one view of one project. SQLite keeps a comment that stands in CREATE TABLE, and Feast passes it
// over. Tables that Feast made have none; they are taken for those of whoever's name fits.
constexpr std::string_view kOwnerMark = "/* feast: project ";
constexpr std::string_view kViewMark = " view ";

struct Owner {
  std::string project, view;
};

/// Without blanks or anything that could end the comment.
std::string Escaped(const std::string& name) { return arrow::util::UriEscape(name); }

std::string OwnerComment(const Owner& owner) {
  return std::string(kOwnerMark) + Escaped(owner.project) + std::string(kViewMark) + Escaped(owner.view) + " */";
}

std::optional<Owner> OwnerOf(std::string_view sql) {
  size_t start = sql.find(kOwnerMark);
  if (start == std::string_view::npos) return std::nullopt;
  start += kOwnerMark.size();
  const size_t view = sql.find(kViewMark, start);
  if (view == std::string_view::npos) return std::nullopt;
  const size_t end = sql.find(" */", view);
  const size_t name = view + kViewMark.size();
  return Owner{arrow::util::UriUnescape(sql.substr(start, view - start)),
               arrow::util::UriUnescape(sql.substr(name, end - name))};
}

std::string Folded(std::string name) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

bool Owns(const std::string& project, const std::string& view, const std::optional<Owner>& owner) {
  // A view renamed in case only keeps its table.
  return !owner || (owner->project == project && Folded(owner->view) == Folded(view));
}

/// SQLite does not rename a table to the same name in another case in one step.
arrow::Status RenameTable(SqliteConnection& connection, const std::string& from, const std::string& to) {
  const std::string between = to + "_renamed";
  ARROW_RETURN_NOT_OK(
      connection.Execute("ALTER TABLE " + QuotedIdentifier(from) + " RENAME TO " + QuotedIdentifier(between)));
  return connection.Execute("ALTER TABLE " + QuotedIdentifier(between) + " RENAME TO " + QuotedIdentifier(to));
}

}  // namespace

SqliteOnlineStore::SqliteOnlineStore(std::string path, std::string project, bool with_value_num,
                                     std::string configured_path)
    : path_(std::move(path)),
      project_(std::move(project)),
      configured_path_(std::move(configured_path)),
      with_value_num_(with_value_num),
      readers_(path_) {}

arrow::Status SqliteOnlineStore::CheckOwner(SqliteConnection& connection, const FeatureView& view) const {
  ARROW_ASSIGN_OR_RAISE(const auto table, connection.Find(TableName(view)));
  if (!table) return arrow::Status::OK();
  const auto owner = OwnerOf(table->sql);
  if (Owns(project_, view.name, owner)) return arrow::Status::OK();
  return arrow::Status::Invalid("Two projects would share one online table: view '", view.name, "' of project '",
                                project_, "' needs '", TableName(view), "', which belongs to view '", owner->view,
                                "' of project '", owner->project,
                                "'. Rename the view or the project, or give one of the projects another "
                                "`online_store.path` in feature_store.yaml. File: ",
                                path_);
}

arrow::Status SqliteOnlineStore::Prepare(SqliteConnection& connection, const FeatureView& view) const {
  const std::string table = TableName(view);
  const std::string quoted = QuotedIdentifier(table);
  ARROW_RETURN_NOT_OK(CheckOwner(connection, view));
  ARROW_ASSIGN_OR_RAISE(const auto there, connection.Find(table));
  if (there && there->name != table) ARROW_RETURN_NOT_OK(RenameTable(connection, there->name, table));
  ARROW_RETURN_NOT_OK(connection.Execute(
      "CREATE TABLE IF NOT EXISTS " + quoted + " (entity_key BLOB, feature_name TEXT, value BLOB, value_text TEXT, " +
      (with_value_num_ ? "value_num REAL, " : "") +
      "vector_value BLOB, event_ts timestamp, created_ts timestamp, PRIMARY KEY(entity_key, feature_name) " +
      OwnerComment({project_, view.name}) + ")"));
  ARROW_RETURN_NOT_OK(connection.Execute("CREATE INDEX IF NOT EXISTS " + QuotedIdentifier(table + "_ek") + " ON " +
                                         quoted + " (entity_key)"));
  // Tables of older versions lack the newer columns.
  ARROW_RETURN_NOT_OK(AddColumnIfMissing(connection, table, "value_text", "TEXT"));
  ARROW_RETURN_NOT_OK(AddColumnIfMissing(connection, table, "vector_value", "BLOB"));
  return with_value_num_ ? AddColumnIfMissing(connection, table, "value_num", "REAL") : arrow::Status::OK();
}

arrow::Status SqliteOnlineStore::Drop(SqliteConnection& connection, const FeatureView& view) const {
  ARROW_ASSIGN_OR_RAISE(const auto table, connection.Find(TableName(view)));
  if (!table || !Owns(project_, view.name, OwnerOf(table->sql))) return arrow::Status::OK();
  return connection.Execute("DROP TABLE " + QuotedIdentifier(table->name));
}

arrow::Status SqliteOnlineStore::Check(const OnlineUpdate& update, const CallContext& context) {
  if (update.keep.empty() || !std::filesystem::exists(path_)) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::Open(path_, context));
  for (const auto& view : update.keep) ARROW_RETURN_NOT_OK(CheckOwner(connection, *view));
  return arrow::Status::OK();
}

bool SqliteOnlineStore::IsSame(const core::InfraObject& recorded, const core::InfraObject& wanted) const {
  if (OnlineStore::IsSame(recorded, wanted)) return true;
  const std::filesystem::path configured = std::filesystem::path(configured_path_).lexically_normal();
  if (configured_path_.empty() || configured.is_absolute() ||
      recorded.sqlite_table().name() != wanted.sqlite_table().name()) {
    return false;
  }
  // What leads out of the repo is left out: its name may be another one elsewhere.
  std::filesystem::path within;
  for (const auto& part : configured) {
    if (part != "..") within /= part;
  }
  const std::string& path = recorded.sqlite_table().path();
  return path == within.string() || path.ends_with("/" + within.string());
}

arrow::Result<std::vector<core::InfraObject>> SqliteOnlineStore::InfraFor(
    const std::vector<std::shared_ptr<FeatureView>>& views) const {
  std::vector<core::InfraObject> objects(views.size());
  for (size_t i = 0; i < views.size(); ++i) {
    objects[i].set_infra_object_class_type(kInfraClass);
    // For people to read: a path need not be UTF-8, as what is registered must be.
    objects[i].mutable_sqlite_table()->set_path(Utf8OrEscaped(path_));
    objects[i].mutable_sqlite_table()->set_name(TableName(*views[i]));
  }
  return objects;
}

arrow::Status SqliteOnlineStore::Update(const OnlineUpdate& update, const CallContext& context) {
  if (update.keep.empty()) return Teardown(update.remove, context);
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::Open(path_, context));
  ARROW_RETURN_NOT_OK(connection.Execute("BEGIN IMMEDIATE"));
  std::set<std::string> kept;
  for (const auto& view : update.keep) {
    ARROW_RETURN_NOT_OK(Prepare(connection, *view));
    kept.insert(Folded(TableName(*view)));
  }
  for (const auto& view : update.remove) {
    if (kept.count(Folded(TableName(*view))) == 0) ARROW_RETURN_NOT_OK(Drop(connection, *view));
  }
  return connection.Execute("COMMIT");
}

arrow::Result<std::vector<OnlineTableState>> SqliteOnlineStore::Inspect(
    const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) {
  std::vector<OnlineTableState> states;
  for (const auto& view : views) states.push_back({TableName(*view), false, {}});
  if (!std::filesystem::exists(path_)) return states;
  std::vector<std::string> wanted = {"entity_key",   "feature_name", "value",     "value_text",
                                     "vector_value", "event_ts",     "created_ts"};
  if (with_value_num_) wanted.push_back("value_num");
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::Open(path_, context));
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

arrow::Status SqliteOnlineStore::Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::OpenExisting(path_, context));
  ARROW_ASSIGN_OR_RAISE(const auto table, connection.TableOf(view.name, TableName(view)));
  if (rows.keys.empty()) return arrow::Status::OK();
  const std::string quoted = QuotedIdentifier(table.name);
  ARROW_RETURN_NOT_OK(connection.Execute("BEGIN IMMEDIATE"));
  // Moments are whole seconds, as Feast writes them; as text, the way of older versions, they count as older.
  ARROW_ASSIGN_OR_RAISE(
      const auto upsert,
      connection.Prepare("INSERT INTO " + quoted +
                         " (entity_key, feature_name, value, event_ts, created_ts) VALUES (?1, ?2, ?3, ?4, ?5) "
                         "ON CONFLICT (entity_key, feature_name) DO UPDATE SET value = excluded.value, event_ts = "
                         "excluded.event_ts, created_ts = excluded.created_ts WHERE typeof(" +
                         quoted + ".event_ts) <> 'integer' OR " + quoted + ".event_ts <= excluded.event_ts"));
  const auto seconds = [](Timestamp moment) {
    return std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
  };
  const auto write = [&]() -> arrow::Status {
    for (size_t row = 0; row < rows.keys.size(); ++row) {
      ARROW_RETURN_NOT_OK(upsert->BindBlob(1, rows.keys[row]));
      ARROW_RETURN_NOT_OK(upsert->BindInteger(4, seconds(rows.event_times[row])));
      const bool is_created = !rows.created_times.empty() && rows.created_times[row];
      ARROW_RETURN_NOT_OK(is_created ? upsert->BindInteger(5, seconds(*rows.created_times[row])) : upsert->BindNull(5));
      for (size_t feature = 0; feature < rows.features.size(); ++feature) {
        ARROW_RETURN_NOT_OK(upsert->BindText(2, rows.features[feature]));
        ARROW_RETURN_NOT_OK(upsert->BindBlob(3, rows.values[feature]->GetView(static_cast<int64_t>(row))));
        ARROW_RETURN_NOT_OK(upsert->Step().status());
      }
    }
    return arrow::Status::OK();
  };
  ARROW_RETURN_NOT_OK(connection.Explained("write", write()));
  return connection.Execute("COMMIT");
}

arrow::Result<std::vector<OnlineAnswer>> SqliteOnlineStore::Read(const std::vector<OnlineLookup>& lookups,
                                                                 const CallContext& context) {
  std::vector<std::string> tables;
  for (const OnlineLookup& lookup : lookups) tables.push_back(TableName(*lookup.view));
  return readers_.Read(lookups, tables, context);
}

arrow::Status SqliteOnlineStore::Teardown(const std::vector<std::shared_ptr<FeatureView>>& views,
                                          const CallContext& context) {
  if (views.empty() || !std::filesystem::exists(path_)) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::Open(path_, context));
  ARROW_RETURN_NOT_OK(connection.Execute("BEGIN IMMEDIATE"));
  for (const auto& view : views) ARROW_RETURN_NOT_OK(Drop(connection, *view));
  ARROW_RETURN_NOT_OK(connection.Execute("COMMIT"));
  // A file that held nothing else goes too.
  ARROW_ASSIGN_OR_RAISE(const bool empty, connection.IsEmpty());
  if (empty) std::filesystem::remove(path_);
  return arrow::Status::OK();
}

arrow::Result<std::unique_ptr<OnlineStore>> MakeSqliteOnlineStore(const RepoConfig& config) {
  std::string path = config.online_store->GetString("path");
  // In memory, each command would have a store of its own and nothing would ever be found again.
  if (path == ":memory:" || (path.empty() && config.online_store->options.contains("path"))) {
    return arrow::Status::Invalid(
        "`online_store.path` in feature_store.yaml must be the path of a file, for example data/online.db, not '", path,
        "'");
  }
  if (path.empty()) path = "data/online.db";
  return std::make_unique<SqliteOnlineStore>(
      std::filesystem::absolute(config.Resolve(path)).string(), config.project,
      config.online_store->GetBool("enable_openai_compatible_store").value_or(false), path);
}

}  // namespace feast
