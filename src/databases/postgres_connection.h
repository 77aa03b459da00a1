// A connection of libpq that nothing waits on for longer than a call may take.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "databases/postgres_library.h"
#include "databases/sql_database.h"
#include "databases/sql_url.h"
#include "feast/call_context.h"

namespace feast {

/// Not thread-safe. After an error of Execute it is good for nothing but to be closed.
class PostgresConnection {
 public:
  using Result = std::unique_ptr<PGresult, std::function<void(PGresult*)>>;

  /// OpenPostgres of sql_database.h.
  static arrow::Result<std::unique_ptr<PostgresConnection>> Open(const SqlUrl& url, const CallContext& context);
  ~PostgresConnection() { pq_.finish(connection_); }
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// Runs one statement and gives the server's answer to it, be it rows or an error. kBroken without an answer.
  arrow::Result<Result> Execute(const std::string& sql, const std::vector<SqlValue>& values);

  const PostgresLibrary& library() const { return pq_; }
  const CallContext& context() const { return context_; }
  /// A message of the server's as one line without the password.
  std::string Shown(const char* message) const;

 private:
  PostgresConnection(const PostgresLibrary& pq, SqlUrl url, const CallContext& context)
      : pq_(pq), url_(std::move(url)), context_(context) {}
  arrow::Status Connect();
  /// Until something can be read, or else written when `for_writing`; false once `patience` has passed.
  arrow::Result<bool> Await(bool for_reading, bool for_writing, Deadline patience);
  arrow::Status SendAll();
  arrow::Status AwaitAnswer();
  arrow::Status Broken() const;
  arrow::Status ConnectError(const std::string& message) const;

  const PostgresLibrary& pq_;
  const SqlUrl url_;
  const CallContext context_;
  PGconn* connection_ = nullptr;
};

}  // namespace feast
