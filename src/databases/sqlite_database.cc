#include "databases/sqlite_database.h"

#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "databases/sql_error.h"

namespace feast {

namespace {

constexpr std::chrono::milliseconds kBusyPause{10};
/// Steps of SQLite's machine from one look at the context to the next: well below a millisecond.
constexpr int kStepsBetweenChecks = 10000;

/// How long a connection may wait.
struct Waiting {
  CallContext context;
  std::chrono::milliseconds patience;
  /// Of the wait for a lock that is going on.
  Deadline end = {};
};

/// Whether SQLite is to try again to get a lock.
int WaitForLock(void* of_connection, int times_before) {
  auto* waiting = static_cast<Waiting*>(of_connection);
  if (times_before == 0) waiting->end = Deadline::After(waiting->patience);
  if (waiting->end.has_passed() || !waiting->context.Check().ok()) return 0;
  std::this_thread::sleep_for(kBusyPause);
  return 1;
}

/// Whether SQLite is to give up the statement that it works on.
int IsToEnd(void* of_connection) { return static_cast<Waiting*>(of_connection)->context.Check().ok() ? 0 : 1; }

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

SqlErrorKind KindOf(int code) {
  switch (code) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return SqlErrorKind::kDamaged;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return SqlErrorKind::kLocked;
    default:
      return SqlErrorKind::kOther;
  }
}

class OpenDatabase : public SqliteDatabase {
 public:
  OpenDatabase(sqlite3* database, const CallContext& context, std::chrono::milliseconds patience)
      : waiting_{context, patience}, database_(database) {
    // Where memory ran out there is none.
    if (database == nullptr) return;
    sqlite3_busy_handler(database, &WaitForLock, &waiting_);
    SetContext(context);
  }

  void SetContext(const CallContext& context) override {
    waiting_.context = context;
    sqlite3_progress_handler(database_.get(), kStepsBetweenChecks, context.is_endless() ? nullptr : &IsToEnd,
                             &waiting_);
  }
  arrow::Result<std::unique_ptr<SqliteStatement>> Prepare(const std::string& sql) override;

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
    if (database_ == nullptr) return SqlError(SqlErrorKind::kOther, "out of memory");
    const int code = sqlite3_errcode(database_.get());
    if (code == SQLITE_BUSY || code == SQLITE_INTERRUPT) ARROW_RETURN_NOT_OK(waiting_.context.Check());
    return SqlError(KindOf(code), sqlite3_errmsg(database_.get()));
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

  Waiting waiting_;
  const std::unique_ptr<sqlite3, Close> database_;
};

class OpenStatement : public SqliteStatement {
 public:
  OpenStatement(const OpenDatabase& database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}

  arrow::Status BindBlob(int position, std::string_view bytes) override {
    // A pointer to nothing would bind NULL.
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    return Bound(sqlite3_bind_blob64(statement_.get(), position, data, bytes.size(), SQLITE_STATIC));
  }
  arrow::Status BindText(int position, std::string_view text) override {
    return Bound(sqlite3_bind_text64(statement_.get(), position, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  arrow::Status BindInteger(int position, int64_t number) override {
    return Bound(sqlite3_bind_int64(statement_.get(), position, number));
  }
  arrow::Status BindNull(int position) override { return Bound(sqlite3_bind_null(statement_.get(), position)); }

  arrow::Result<bool> Step() override {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    const arrow::Status status = code == SQLITE_DONE ? arrow::Status::OK() : database_.Failure();
    Reset();
    ARROW_RETURN_NOT_OK(status);
    return false;
  }
  void Reset() override { sqlite3_reset(statement_.get()); }
  std::string_view Bytes(int column) override {
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
  }
  bool IsInteger(int column) override { return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER; }
  int64_t Integer(int column) override { return sqlite3_column_int64(statement_.get(), column); }

 private:
  arrow::Status Bound(int code) const { return code == SQLITE_OK ? arrow::Status::OK() : database_.Failure(); }

  const OpenDatabase& database_;
  const std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

arrow::Result<std::unique_ptr<SqliteStatement>> OpenDatabase::Prepare(const std::string& sql) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) !=
      SQLITE_OK) {
    return Failure();
  }
  return std::make_unique<OpenStatement>(*this, prepared);
}

}  // namespace

std::string QuotedIdentifier(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

arrow::Result<std::unique_ptr<SqliteDatabase>> OpenSqlite(const std::string& path, bool create,
                                                          const CallContext& context,
                                                          std::chrono::milliseconds patience) {
  ARROW_RETURN_NOT_OK(context.Check());
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (create && !folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return SqlError(SqlErrorKind::kFolder, error.message() + " (" + folder.string() + ")");
  if (!create && !std::filesystem::exists(path, error)) return nullptr;
  sqlite3* opened = nullptr;
  // A connection is used by one thread at a time, so it needs no locks of its own.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  auto database = std::make_unique<OpenDatabase>(opened, context, patience);
  if (code != SQLITE_OK) return database->Failure();
  return database;
}

}  // namespace feast
