// PostgreSQL, through libpq.
#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "databases/postgres_connection.h"
#include "databases/postgres_library.h"
#include "databases/sql_database.h"
#include "databases/sql_error.h"

namespace feast {

namespace {

constexpr std::chrono::milliseconds kLockPatience = std::chrono::seconds(30);
constexpr std::chrono::milliseconds kLockMargin = std::chrono::seconds(1);
constexpr std::chrono::milliseconds kLockPause{5};
/// Any number that other programs don't take for their advisory locks.
constexpr const char* kWriterLock = "7091625140362814";

constexpr std::string_view kLockNotAvailable = "55P03";
constexpr std::string_view kInsufficientPrivilege = "42501";
constexpr std::string_view kReadOnlyTransaction = "25006";

SqlErrorKind KindOfState(std::string_view sqlstate) {
  if (sqlstate == kInsufficientPrivilege) return SqlErrorKind::kDenied;
  if (sqlstate == kLockNotAvailable) return SqlErrorKind::kLocked;
  return sqlstate == kReadOnlyTransaction ? SqlErrorKind::kReadOnly : SqlErrorKind::kOther;
}

class PostgresDatabase : public SqlDatabase {
 public:
  explicit PostgresDatabase(std::unique_ptr<PostgresConnection> connection)
      : connection_(std::move(connection)), pq_(connection_->library()) {}

  arrow::Result<std::vector<SqlRow>> Run(const std::string& sql, const std::vector<SqlValue>& values) override {
    ARROW_ASSIGN_OR_RAISE(const Answer answer, Execute(sql, values));
    if (!answer.sqlstate.empty()) return Failure(answer);
    return answer.rows;
  }

  arrow::Result<std::map<std::string, std::set<std::string>>> Columns() override {
    std::map<std::string, std::set<std::string>> columns;
    ARROW_ASSIGN_OR_RAISE(const auto rows, Run("SELECT table_name::text, column_name::text FROM "
                                               "information_schema.columns WHERE table_schema = current_schema()",
                                               {}));
    for (const SqlRow& row : rows) columns[*row[0]].insert(*row[1]);
    return columns;
  }

  arrow::Status Begin() override {
    ARROW_RETURN_NOT_OK(Run("BEGIN", {}));
    // The server waits little longer than the call does: of a client that is gone it only hears when it has the lock.
    const auto left = connection_->context().deadline.LeftUpTo(kLockPatience);
    const auto patience = std::min(left + kLockMargin, kLockPatience);
    ARROW_RETURN_NOT_OK(Run("SET LOCAL lock_timeout = " + std::to_string(patience.count()), {}));
    return Run("SELECT pg_advisory_xact_lock(" + std::string(kWriterLock) + ")::text", {}).status();
  }

  // All tables at once or none: whoever waited for one while holding another could wait for ever for a Feast that does
  // the same in another order.
  arrow::Status Lock(const std::vector<std::string>& tables) override {
    std::string sql = "LOCK TABLE ";
    for (const std::string& table : tables) sql += (table == tables.front() ? "" : ", ") + table;
    sql += " IN SHARE ROW EXCLUSIVE MODE NOWAIT";
    const Deadline end = Deadline::After(kLockPatience);
    while (true) {
      ARROW_RETURN_NOT_OK(Run("SAVEPOINT unlocked", {}));
      ARROW_ASSIGN_OR_RAISE(const Answer answer, Execute(sql, {}));
      if (answer.sqlstate.empty()) return arrow::Status::OK();
      if (answer.sqlstate != kLockNotAvailable || end.has_passed()) return Failure(answer);
      ARROW_RETURN_NOT_OK(Run("ROLLBACK TO SAVEPOINT unlocked", {}));
      std::this_thread::sleep_for(kLockPause);
    }
  }

  arrow::Status Commit() override {
    // A call that is over commits nothing; once COMMIT is sent, only the server knows.
    ARROW_RETURN_NOT_OK(connection_->context().Check());
    const arrow::Status done = Run("COMMIT", {}).status();
    const bool answered = !done.IsCancelled() && KindOfSqlError(done) != SqlErrorKind::kBroken;
    return answered ? done : SqlError(SqlErrorKind::kUncertain, done.message());
  }
  const char* blob_type() const override { return "BYTEA"; }

 private:
  struct Answer {
    std::vector<SqlRow> rows;
    /// Of an error; "" for none.
    std::string sqlstate, message;
  };

  arrow::Result<Answer> Execute(const std::string& sql, const std::vector<SqlValue>& values) {
    ARROW_ASSIGN_OR_RAISE(const PostgresConnection::Result result, connection_->Execute(sql, values));
    Answer answer;
    if (const char* sqlstate = pq_.resultErrorField(result.get(), PG_DIAG_SQLSTATE)) {
      answer.sqlstate = sqlstate;
      answer.message = connection_->Shown(pq_.resultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY));
    } else {
      answer.rows = Rows(result.get());
    }
    return answer;
  }

  std::vector<SqlRow> Rows(const PGresult* result) const {
    std::vector<SqlRow> rows(static_cast<size_t>(pq_.ntuples(result)));
    for (size_t r = 0; r < rows.size(); ++r) {
      const int row = static_cast<int>(r);
      for (int c = 0; c < pq_.nfields(result); ++c) {
        if (pq_.getisnull(result, row, c)) {
          rows[r].emplace_back();
        } else {
          rows[r].emplace_back(std::in_place, pq_.getvalue(result, row, c),
                               static_cast<size_t>(pq_.getlength(result, row, c)));
        }
      }
    }
    return rows;
  }

  arrow::Status Failure(const Answer& answer) const {
    return SqlError(KindOfState(answer.sqlstate), answer.message + " (" + answer.sqlstate + ")");
  }

  const std::unique_ptr<PostgresConnection> connection_;
  const PostgresLibrary& pq_;
};

}  // namespace

arrow::Result<std::unique_ptr<SqlDatabase>> OpenPostgres(const SqlUrl& url, const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(auto connection, PostgresConnection::Open(url, context));
  return std::make_unique<PostgresDatabase>(std::move(connection));
}

}  // namespace feast
