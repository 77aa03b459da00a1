// The SQLite file of the online store: a database with errors that say that they are the online store's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "databases/sqlite_database.h"
#include "feast/call_context.h"

namespace feast {

/// Not thread-safe. Waits up to ten seconds for other connections' transactions, and no longer than its context allows.
class SqliteConnection {
 public:
  /// Opens the file, creating it and its folder when needed.
  static arrow::Result<SqliteConnection> Open(const std::string& path, const CallContext& context);

  /// The same for a store that has been made; IOError when there is no file.
  static arrow::Result<SqliteConnection> OpenExisting(const std::string& path, const CallContext& context);

  /// Runs a statement that gives no rows.
  arrow::Status Execute(const std::string& sql);
  /// Names of a table's columns; empty when there is no such table.
  arrow::Result<std::vector<std::string>> Columns(const std::string& table);
  /// A table as it was created, found whatever the case of its name; nothing when there is none.
  struct Table {
    std::string name, sql;
  };
  arrow::Result<std::optional<Table>> Find(const std::string& table);
  /// The table of a view. KeyError, saying to apply it, when there is none.
  arrow::Result<Table> TableOf(const std::string& view, const std::string& table);
  /// Whether the database holds no table at all.
  arrow::Result<bool> IsEmpty();
  /// A statement to be run often; must not outlive this.
  arrow::Result<std::unique_ptr<SqliteStatement>> Prepare(const std::string& sql);
  /// For connections that outlive the call they were opened in.
  void SetContext(const CallContext& context) { database_->SetContext(context); }
  /// `status` of a prepared statement, as this class says it. `what`: "read" or "write".
  arrow::Status Explained(const char* what, const arrow::Status& status) const;

 private:
  SqliteConnection(std::unique_ptr<SqliteDatabase> database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}
  arrow::Result<std::vector<SqlRow>> Read(const std::string& sql, const std::vector<SqlValue>& values = {});

  std::unique_ptr<SqliteDatabase> database_;
  std::string path_;
};

}  // namespace feast
