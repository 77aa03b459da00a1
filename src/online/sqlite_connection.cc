#include "online/sqlite_connection.h"

#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

namespace feast {

namespace {
constexpr std::chrono::seconds kBusyPatience{10};
constexpr std::chrono::milliseconds kBusyPause{10};

/// Whether SQLite is to try again to get a lock.
int WaitForLock(void* waiting, int) {
  const auto& context = *static_cast<const CallContext*>(waiting);
  if (!context.Check().ok()) return 0;
  std::this_thread::sleep_for(kBusyPause);
  return 1;
}
}  // namespace

void SqliteConnection::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

arrow::Result<SqliteConnection> SqliteConnection::Open(const std::string& path, const CallContext& context) {
  ARROW_RETURN_NOT_OK(context.Check());
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) {
    return arrow::Status::IOError("Cannot make the online store's folder: ", error.message(),
                                  ". Check `online_store.path` in feature_store.yaml. Folder: ", folder.string());
  }
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  SqliteConnection connection(database, path);
  if (opened != SQLITE_OK) return connection.Failure("open");
  connection.waiting_ = std::make_unique<CallContext>(context.Within(kBusyPatience));
  sqlite3_busy_handler(database, &WaitForLock, connection.waiting_.get());
  return connection;
}

arrow::Status SqliteConnection::Failure(const std::string& what) const {
  return arrow::Status::IOError(
      "Cannot ", what, " the online store: ", database_ ? sqlite3_errmsg(database_.get()) : "out of memory",
      ". Check `online_store.path` in feature_store.yaml and the file's permissions. File: ", path_);
}

arrow::Status SqliteConnection::Execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return Failure("write");
  return arrow::Status::OK();
}

arrow::Result<std::vector<std::string>> SqliteConnection::Columns(const std::string& table) {
  const std::string sql = "PRAGMA table_info(" + QuoteSqliteIdentifier(table) + ")";
  std::vector<std::string> names;
  const auto collect = [](void* into, int count, char** values, char**) {
    // Columns of table_info: position, name, …
    if (count > 1 && values[1] != nullptr) static_cast<std::vector<std::string>*>(into)->emplace_back(values[1]);
    return 0;
  };
  if (sqlite3_exec(database_.get(), sql.c_str(), collect, &names, nullptr) != SQLITE_OK) return Failure("read");
  return names;
}

arrow::Result<std::optional<SqliteConnection::Table>> SqliteConnection::Find(const std::string& table) {
  std::string literal;
  for (const char c : table) literal += c == '\'' ? "''" : std::string(1, c);
  const std::string sql =
      "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name = '" + literal + "' COLLATE NOCASE";
  std::optional<Table> found;
  const auto take = [](void* into, int, char** values, char**) {
    *static_cast<std::optional<Table>*>(into) = {values[0], values[1] == nullptr ? "" : values[1]};
    return 0;
  };
  if (sqlite3_exec(database_.get(), sql.c_str(), take, &found, nullptr) != SQLITE_OK) return Failure("read");
  return found;
}

arrow::Result<bool> SqliteConnection::IsEmpty() {
  bool empty = true;
  const auto notice = [](void* into, int, char**, char**) {
    *static_cast<bool*>(into) = false;
    return 0;
  };
  if (sqlite3_exec(database_.get(), "SELECT 1 FROM sqlite_master LIMIT 1", notice, &empty, nullptr) != SQLITE_OK) {
    return Failure("read");
  }
  return empty;
}

std::string QuoteSqliteIdentifier(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace feast
