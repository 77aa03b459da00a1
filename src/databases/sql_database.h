// A connection to a database. The same SQL runs on all: values are $1, $2, … in the order of their first appearance.
// Errors are the database's own, told apart by kind (sql_error.h). Everything done on a connection belongs to one call,
// whose context it is opened with: what waits for the database ends with Cancelled when that says so.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "databases/sql_url.h"
#include "feast/call_context.h"

namespace feast {

struct SqlValue {
  std::string value;
  /// Else text, or a number as text.
  bool is_blob = false;
};

/// Text and blobs as they are; numbers must be cast to text by the query. Unset: NULL.
using SqlRow = std::vector<std::optional<std::string>>;

/// Not thread-safe. A transaction that is not committed when the connection closes never happened.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;
  /// Runs one statement.
  virtual arrow::Result<std::vector<SqlRow>> Run(const std::string& sql, const std::vector<SqlValue>& values = {}) = 0;
  /// The columns of every table, by its name.
  virtual arrow::Result<std::map<std::string, std::set<std::string>>> Columns() = 0;
  /// Begins a transaction in which one of this program's writers works at a time.
  virtual arrow::Status Begin() = 0;
  /// Keeps all others from writing these tables until the end of the transaction, once their own transactions are over.
  virtual arrow::Status Lock(const std::vector<std::string>& tables) = 0;
  virtual arrow::Status Commit() = 0;
  /// What a column of bytes is called.
  virtual const char* blob_type() const = 0;
};

/// An identifier in double quotes.
std::string QuotedIdentifier(const std::string& name);

/// Connects to PostgreSQL within ten seconds, unless the URL has another connect_timeout. libpq is loaded by the first
/// call. IOError, without the password, that tells an unreachable server from wrong credentials and a missing database.
/// Looking up a host's name takes as long as the system lets it.
arrow::Result<std::unique_ptr<SqlDatabase>> OpenPostgres(const SqlUrl& url,
                                                         const CallContext& context = CallContext::OfThread());

}  // namespace feast
