// Many statements, and many rows, at once.
#include <algorithm>
#include <climits>
#include <utility>

#include "databases/postgres_connection.h"
#include "databases/sql_error.h"

namespace feast {

namespace {

constexpr size_t kCopyPieceBytes = size_t{256} << 10;

SqlErrorKind KindOfRefusal(std::string_view sqlstate) {
  if (sqlstate == "42501") return SqlErrorKind::kDenied;
  if (sqlstate == "42P01") return SqlErrorKind::kNoTable;
  if (sqlstate == "25006") return SqlErrorKind::kReadOnly;
  if (sqlstate == "55P03") return SqlErrorKind::kLocked;
  // The server is shutting down, or has been told to end this connection.
  return sqlstate.starts_with("57P") ? SqlErrorKind::kBroken : SqlErrorKind::kOther;
}

}  // namespace

arrow::Status PostgresConnection::Refused(const PGresult* result) const {
  const char* state = pq_.resultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr) return Broken();
  const std::string message = Shown(pq_.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  return SqlError(KindOfRefusal(state), message + " (" + state + ")");
}

arrow::Result<PGresult*> PostgresConnection::NextAnswer() {
  ARROW_RETURN_NOT_OK(AwaitAnswer());
  return pq_.getResult(connection_);
}

arrow::Status PostgresConnection::Do(const std::string& sql) {
  ARROW_ASSIGN_OR_RAISE(const Result done, Execute(sql, {}));
  return pq_.resultErrorField(done.get(), PG_DIAG_SQLSTATE) == nullptr ? arrow::Status::OK() : Refused(done.get());
}

arrow::Status PostgresConnection::SendTogether(const PostgresBulkLibrary& bulk, const std::vector<Query>& queries,
                                               std::vector<bool>* is_preparation) {
  for (const Query& query : queries) {
    auto& name = prepared_[query.sql];
    if (name.empty()) {
      name = "feast_" + std::to_string(prepared_.size());
      if (bulk.sendPrepare(connection_, name.c_str(), query.sql.c_str(), static_cast<int>(query.types.size()),
                           query.types.data()) == 0) {
        return Broken();
      }
      is_preparation->push_back(true);
    }
    std::vector<const char*> values;
    std::vector<int> lengths, formats(query.values.size(), 1);
    for (const std::string& value : query.values) {
      values.push_back(value.data());
      lengths.push_back(static_cast<int>(value.size()));
    }
    if (bulk.sendQueryPrepared(connection_, name.c_str(), static_cast<int>(values.size()), values.data(),
                               lengths.data(), formats.data(), /*resultFormat=*/1) == 0) {
      return Broken();
    }
    is_preparation->push_back(false);
  }
  return bulk.pipelineSync(connection_) == 1 ? arrow::Status::OK() : Broken();
}

arrow::Result<std::vector<PostgresConnection::Result>> PostgresConnection::RunTogether(
    const std::vector<Query>& queries, size_t* failed) {
  ARROW_RETURN_NOT_OK(context_.Check());
  ARROW_ASSIGN_OR_RAISE(const PostgresBulkLibrary* const bulk, LoadPostgresBulkLibrary());
  if (bulk->enterPipelineMode(connection_) != 1) return Broken();
  std::vector<bool> is_preparation;
  ARROW_RETURN_NOT_OK(SendTogether(*bulk, queries, &is_preparation));
  ARROW_RETURN_NOT_OK(SendAll());
  std::vector<Result> answers;
  arrow::Status refused;
  for (const bool prepares : is_preparation) {
    // Of each statement one answer and an end.
    ARROW_ASSIGN_OR_RAISE(PGresult* const got, NextAnswer());
    Result answer(got, [this](PGresult* taken) { pq_.clear(taken); });
    ARROW_ASSIGN_OR_RAISE(PGresult* const end, NextAnswer());
    if (got == nullptr || end != nullptr) {
      pq_.clear(end);
      return Broken();
    }
    const ExecStatusType status = pq_.resultStatus(got);
    if (refused.ok() && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      refused = Refused(got);
      *failed = answers.size();
    }
    if (!prepares) answers.push_back(std::move(answer));
  }
  ARROW_ASSIGN_OR_RAISE(PGresult* const sync, NextAnswer());
  const bool is_sync = sync != nullptr && pq_.resultStatus(sync) == PGRES_PIPELINE_SYNC;
  pq_.clear(sync);
  if (!is_sync || bulk->exitPipelineMode(connection_) != 1) return Broken();
  if (refused.ok()) return answers;
  // What was to be prepared behind the error is not.
  prepared_.clear();
  ARROW_RETURN_NOT_OK(Do("DEALLOCATE ALL"));
  return refused;
}

arrow::Status PostgresConnection::CopyIn(const std::string& sql, std::string_view data) {
  ARROW_ASSIGN_OR_RAISE(const PostgresBulkLibrary* const bulk, LoadPostgresBulkLibrary());
  if (pq_.sendQueryParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) == 0) return Broken();
  ARROW_RETURN_NOT_OK(SendAll());
  ARROW_ASSIGN_OR_RAISE(PGresult* const ready, NextAnswer());
  const Result begun(ready, [this](PGresult* taken) { pq_.clear(taken); });
  if (pq_.resultStatus(ready) != PGRES_COPY_IN) return Refused(ready);
  while (!data.empty()) {
    const std::string_view piece = data.substr(0, kCopyPieceBytes);
    const int put = bulk->putCopyData(connection_, piece.data(), static_cast<int>(piece.size()));
    if (put < 0) return Broken();
    ARROW_RETURN_NOT_OK(SendAll());
    if (put == 1) data.remove_prefix(piece.size());
  }
  while (true) {
    const int ended = bulk->putCopyEnd(connection_, nullptr);
    if (ended < 0) return Broken();
    ARROW_RETURN_NOT_OK(SendAll());
    if (ended == 1) break;
  }
  arrow::Status done;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(PGresult* const got, NextAnswer());
    if (got == nullptr) return done;
    const Result answer(got, [this](PGresult* taken) { pq_.clear(taken); });
    if (pq_.resultStatus(got) != PGRES_COMMAND_OK && done.ok()) done = Refused(got);
  }
}

}  // namespace feast
