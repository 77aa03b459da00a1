// A connection to an SQLite database, with errors that name the file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/call_context.h"

struct sqlite3;

namespace feast {

/// Not thread-safe. Waits up to ten seconds for other connections' transactions, and no longer than its context allows.
class SqliteConnection {
 public:
  /// Opens the file, creating it and its folder when needed.
  static arrow::Result<SqliteConnection> Open(const std::string& path, const CallContext& context);

  /// Runs statements that give no rows.
  arrow::Status Execute(const std::string& sql);
  /// Names of a table's columns; empty when there is no such table.
  arrow::Result<std::vector<std::string>> Columns(const std::string& table);
  /// A table as it was created, found whatever the case of its name; nothing when there is none.
  struct Table {
    std::string name, sql;
  };
  arrow::Result<std::optional<Table>> Find(const std::string& table);
  /// Whether the database holds no table at all.
  arrow::Result<bool> IsEmpty();

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  SqliteConnection(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}
  arrow::Status Failure(const std::string& what) const;

  /// Where SQLite finds it.
  std::unique_ptr<CallContext> waiting_;
  std::unique_ptr<sqlite3, Close> database_;
  std::string path_;
};

/// An identifier in double quotes.
std::string QuoteSqliteIdentifier(const std::string& name);

}  // namespace feast
