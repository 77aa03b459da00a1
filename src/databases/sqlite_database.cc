// A registry in a SQLite file.
#include <sqlite3.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "databases/sql_database.h"

namespace feast {

namespace {

constexpr int kBusyPatienceMs = 30000;

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class SqliteDatabase : public SqlDatabase {
 public:
  SqliteDatabase(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}

  arrow::Result<std::vector<SqlRow>> Run(const std::string& sql, const std::vector<SqlValue>& values) override {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK) return Failure();
    const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string& value = values[i].value;
      const int position = static_cast<int>(i) + 1;
      const int bound =
          values[i].is_blob
              ? sqlite3_bind_blob64(prepared, position, value.data(), value.size(), SQLITE_STATIC)
              : sqlite3_bind_text64(prepared, position, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
      if (bound != SQLITE_OK) return Failure();
    }
    std::vector<SqlRow> rows;
    int step = sqlite3_step(prepared);
    for (; step == SQLITE_ROW; step = sqlite3_step(prepared)) rows.push_back(ReadRow(prepared));
    if (step != SQLITE_DONE) return Failure();
    return rows;
  }

  arrow::Result<std::map<std::string, std::set<std::string>>> Columns() override {
    std::map<std::string, std::set<std::string>> columns;
    ARROW_ASSIGN_OR_RAISE(const auto rows,
                          Run("SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
                              "WHERE m.type IN ('table', 'view')",
                              {}));
    for (const SqlRow& row : rows) columns[*row[0]].insert(*row[1]);
    return columns;
  }

  // The database's one write lock is all that is needed.
  arrow::Status Begin() override { return Run("BEGIN IMMEDIATE", {}).status(); }
  arrow::Status Lock(const std::vector<std::string>&) override { return arrow::Status::OK(); }
  arrow::Status Commit() override { return Run("COMMIT", {}).status(); }
  const char* blob_type() const override { return "BLOB"; }

  arrow::Status Failure() const {
    const int code = database_ ? sqlite3_errcode(database_.get()) : SQLITE_NOMEM;
    const char* advice = "Check `registry.path` in feature_store.yaml, and the permissions of the file and its folder";
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
      advice = "Put back a copy of it, or set `registry.path` in feature_store.yaml to a SQLite database";
    } else if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
      advice = "Another program has kept it locked; try again when that is done";
    }
    return arrow::Status::IOError(
        "The registry's database cannot be used: ", database_ ? sqlite3_errmsg(database_.get()) : "out of memory", ". ",
        advice, ". Registry: ", path_);
  }

 private:
  static SqlRow ReadRow(sqlite3_stmt* statement) {
    SqlRow row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      if (sqlite3_column_type(statement, i) == SQLITE_NULL) {
        row.emplace_back();
        continue;
      }
      const char* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, i));
      row.emplace_back(std::in_place, bytes == nullptr ? "" : bytes, size);
    }
    return row;
  }

  std::unique_ptr<sqlite3, Close> database_;
  std::string path_;
};

}  // namespace

arrow::Result<std::unique_ptr<SqlDatabase>> OpenSqlite(const std::string& path, bool create) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (create && !folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) {
    return arrow::Status::IOError("Cannot make the registry's folder: ", error.message(),
                                  ". Check `registry.path` in feature_store.yaml. Folder: ", folder.string());
  }
  if (!create && !std::filesystem::exists(path, error)) return nullptr;
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  auto database = std::make_unique<SqliteDatabase>(opened, path);
  if (code != SQLITE_OK) return database->Failure();
  sqlite3_busy_timeout(opened, kBusyPatienceMs);
  return database;
}

}  // namespace feast
