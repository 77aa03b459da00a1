// PostgreSQL, through libpq.
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "databases/postgres_library.h"
#include "databases/sql_database.h"
#include "databases/sql_error.h"

namespace feast {

namespace {

constexpr const char* kConnectPatienceS = "10";
constexpr std::chrono::seconds kLockPatience{30};
constexpr std::chrono::milliseconds kLockPause{5};
constexpr Oid kByteaOid = 17;
/// Any number that other programs don't take for their advisory locks.
constexpr const char* kWriterLock = "7091625140362814";

constexpr std::string_view kLockNotAvailable = "55P03";
constexpr std::string_view kInsufficientPrivilege = "42501";
constexpr std::string_view kReadOnlyTransaction = "25006";

/// libpq ends its messages with line breaks and spreads them over several lines.
std::string OneLine(std::string_view message) {
  std::string line;
  for (const char c : message) {
    if (c == '\n' || c == '\t') {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else {
      line += c;
    }
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == '.')) line.pop_back();
  return line;
}

/// libpq tells the failures to connect apart by their texts alone.
SqlErrorKind KindOfConnection(std::string_view message) {
  const auto says = [&](std::string_view text) { return message.find(text) != std::string_view::npos; };
  if (says("password authentication failed") || says("no password supplied") || says("authentication failed")) {
    return SqlErrorKind::kCredentials;
  }
  if (says("database \"") && says("does not exist")) return SqlErrorKind::kNoDatabase;
  if (says("invalid connection option") || says("invalid sslmode")) return SqlErrorKind::kOption;
  return SqlErrorKind::kUnreachable;
}

SqlErrorKind KindOfState(std::string_view sqlstate) {
  if (sqlstate == kInsufficientPrivilege) return SqlErrorKind::kDenied;
  if (sqlstate == kLockNotAvailable) return SqlErrorKind::kLocked;
  return sqlstate == kReadOnlyTransaction ? SqlErrorKind::kReadOnly : SqlErrorKind::kOther;
}

class PostgresDatabase : public SqlDatabase {
 public:
  PostgresDatabase(const PostgresLibrary& pq, PGconn* connection, const SqlUrl& url)
      : pq_(pq), connection_(connection), url_(url) {}
  ~PostgresDatabase() override { pq_.finish(connection_); }

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
    ARROW_RETURN_NOT_OK(Run("SET LOCAL lock_timeout = " + std::to_string(kLockPatience.count() * 1000), {}));
    return Run("SELECT pg_advisory_xact_lock(" + std::string(kWriterLock) + ")::text", {}).status();
  }

  // All tables at once or none: whoever waited for one while holding another could wait for ever for a Feast that does
  // the same in another order.
  arrow::Status Lock(const std::vector<std::string>& tables) override {
    std::string sql = "LOCK TABLE ";
    for (const std::string& table : tables) sql += (table == tables.front() ? "" : ", ") + table;
    sql += " IN SHARE ROW EXCLUSIVE MODE NOWAIT";
    const auto deadline = std::chrono::steady_clock::now() + kLockPatience;
    while (true) {
      ARROW_RETURN_NOT_OK(Run("SAVEPOINT unlocked", {}));
      ARROW_ASSIGN_OR_RAISE(const Answer answer, Execute(sql, {}));
      if (answer.sqlstate.empty()) return arrow::Status::OK();
      if (answer.sqlstate != kLockNotAvailable || std::chrono::steady_clock::now() > deadline) return Failure(answer);
      ARROW_RETURN_NOT_OK(Run("ROLLBACK TO SAVEPOINT unlocked", {}));
      std::this_thread::sleep_for(kLockPause);
    }
  }

  arrow::Status Commit() override { return Run("COMMIT", {}).status(); }
  const char* blob_type() const override { return "BYTEA"; }

 private:
  struct Answer {
    std::vector<SqlRow> rows;
    /// Of an error; "" for none.
    std::string sqlstate, message;
  };

  arrow::Result<Answer> Execute(const std::string& sql, const std::vector<SqlValue>& values) {
    std::vector<Oid> types;
    std::vector<const char*> pointers;
    std::vector<int> lengths, formats;
    for (const SqlValue& value : values) {
      types.push_back(value.is_blob ? kByteaOid : 0);
      pointers.push_back(value.value.data());
      lengths.push_back(static_cast<int>(value.value.size()));
      formats.push_back(value.is_blob ? 1 : 0);
    }
    const auto clear = [this](PGresult* result) { pq_.clear(result); };
    const std::unique_ptr<PGresult, decltype(clear)> result(
        pq_.execParams(connection_, sql.c_str(), static_cast<int>(values.size()), types.data(), pointers.data(),
                       lengths.data(), formats.data(), /*resultFormat=*/1),
        clear);
    const ExecStatusType status = pq_.resultStatus(result.get());
    Answer answer;
    if (status == PGRES_TUPLES_OK) {
      answer.rows = Rows(result.get());
    } else if (status != PGRES_COMMAND_OK) {
      const char* sqlstate = pq_.resultErrorField(result.get(), PG_DIAG_SQLSTATE);
      if (sqlstate == nullptr) {
        return SqlError(SqlErrorKind::kBroken, url_.Redacted(OneLine(pq_.errorMessage(connection_))));
      }
      const char* message = pq_.resultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
      answer.sqlstate = sqlstate;
      answer.message = message == nullptr ? "" : message;
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
    return SqlError(KindOfState(answer.sqlstate),
                    url_.Redacted(OneLine(answer.message)) + " (" + answer.sqlstate + ")");
  }

  const PostgresLibrary& pq_;
  PGconn* connection_;
  SqlUrl url_;
};

}  // namespace

arrow::Result<std::unique_ptr<SqlDatabase>> OpenPostgres(const SqlUrl& url) {
  ARROW_ASSIGN_OR_RAISE(const PostgresLibrary* pq, LoadPostgresLibrary());
  std::map<std::string, std::string> parameters = {
      {"application_name", "feast"}, {"client_encoding", "UTF8"}, {"connect_timeout", kConnectPatienceS}};
  for (const auto& [key, value] : url.parameters) parameters[key] = value;
  std::vector<const char*> keys, values;
  for (const auto& [key, value] : parameters) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* connection = pq->connectdbParams(keys.data(), values.data(), /*expand_dbname=*/0);
  auto database = std::make_unique<PostgresDatabase>(*pq, connection, url);
  if (pq->status(connection) == CONNECTION_OK) return database;
  const std::string message = url.Redacted(OneLine(pq->errorMessage(connection)));
  return SqlError(KindOfConnection(message), message);
}

}  // namespace feast
