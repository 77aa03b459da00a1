// A connection of libpq that nothing waits on for longer than a call may take.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
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

  /// One statement of several that go out together: SQL, and values in the server's binary form with their types.
  struct Query {
    std::string sql;
    std::vector<std::string> values;
    std::vector<Oid> types;
  };
  /// Runs statements in one round trip, each prepared once, and gives the answers to them in binary form. An error
  /// that the server answers with is that of the first statement concerned, whose place `failed` is set to; the
  /// connection stays good. kBroken without an answer.
  arrow::Result<std::vector<Result>> RunTogether(const std::vector<Query>& queries, size_t* failed);
  /// COPY … FROM STDIN (FORMAT binary) of `data`, header and trailer included.
  arrow::Status CopyIn(const std::string& sql, std::string_view data);
  /// Runs a statement without values for what it does.
  arrow::Status Do(const std::string& sql);

  /// The call on whose behalf it waits from now on, for connections that outlive a call.
  void SetContext(const CallContext& context) { context_ = context; }
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
  /// The server's next answer; nullptr where one statement's end.
  arrow::Result<PGresult*> NextAnswer();
  arrow::Status Refused(const PGresult* result) const;
  arrow::Status SendTogether(const PostgresBulkLibrary& bulk, const std::vector<Query>& queries,
                             std::vector<bool>* is_preparation);
  arrow::Status Broken() const;
  arrow::Status ConnectError(const std::string& message) const;

  const PostgresLibrary& pq_;
  const SqlUrl url_;
  CallContext context_;
  /// Names of statements that the server has prepared, by their SQL.
  std::map<std::string, std::string> prepared_;
  PGconn* connection_ = nullptr;
};

}  // namespace feast
