// A database's URL as SQLAlchemy takes it: postgresql+driver://user:password@host:port/name?options, sqlite:///path.
#pragma once

#include <map>
#include <string>

#include "arrow/result.h"

namespace feast {

struct SqlUrl {
  enum class Kind { kPostgres, kSqlite };
  Kind kind = Kind::kSqlite;
  /// Of a SQLite database, as written: relative or absolute.
  std::string path;
  /// Of a PostgreSQL database: libpq's connection parameters (host, port, user, password, dbname, sslmode …).
  std::map<std::string, std::string> parameters;

  /// Without password and options, for messages.
  std::string Show() const;
  /// `message` without the password, should it appear there.
  std::string Redacted(std::string message) const;
};

/// Whether `path` is the URL of a database that could keep a registry.
bool IsSqlUrl(const std::string& path);

/// Invalid for what is no URL or keeps nothing (a SQLite database in memory), NotImplemented for other databases;
/// `option` is the key of feature_store.yaml it came from. The errors show no password.
arrow::Result<SqlUrl> ParseSqlUrl(const std::string& url, const std::string& option);

}  // namespace feast
