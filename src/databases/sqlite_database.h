// A connection to a SQLite file, with statements that are prepared once and run often.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "arrow/result.h"
#include "arrow/status.h"
#include "databases/sql_database.h"
#include "feast/call_context.h"

namespace feast {

/// A prepared statement. Not thread-safe; must not outlive its connection. Positions count from 1, columns from 0, as
/// in SQLite.
class SqliteStatement {
 public:
  virtual ~SqliteStatement() = default;
  /// Values stay bound until they are replaced; blobs and texts must stay where they are until then.
  virtual arrow::Status BindBlob(int position, std::string_view bytes) = 0;
  virtual arrow::Status BindText(int position, std::string_view text) = 0;
  virtual arrow::Status BindInteger(int position, int64_t number) = 0;
  virtual arrow::Status BindNull(int position) = 0;
  /// Goes on to the next row; false when there is none, and then begins anew.
  virtual arrow::Result<bool> Step() = 0;
  /// Leaves the rows that are left.
  virtual void Reset() = 0;
  /// Of the row that Step reached: its bytes or text, valid until the next call; "" for NULL.
  virtual std::string_view Bytes(int column) = 0;
  virtual bool IsInteger(int column) = 0;
  virtual int64_t Integer(int column) = 0;
};

class SqliteDatabase : public SqlDatabase {
 public:
  virtual arrow::Result<std::unique_ptr<SqliteStatement>> Prepare(const std::string& sql) = 0;
  /// The call on whose behalf it waits from now on, for connections that outlive a call.
  virtual void SetContext(const CallContext& context) = 0;
};

/// Connects to a SQLite file. Without `create`, nullptr when there is none; with it, the file and its folder are made.
/// Waits up to `patience` for another connection's transaction (kLocked).
arrow::Result<std::unique_ptr<SqliteDatabase>> OpenSqlite(
    const std::string& path, bool create, const CallContext& context = CallContext::OfThread(),
    std::chrono::milliseconds patience = std::chrono::seconds(30));

}  // namespace feast
