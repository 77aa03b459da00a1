#include "databases/postgres_connection.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "databases/sql_error.h"

namespace feast {

namespace {

constexpr const char* kTimeoutKey = "connect_timeout";
constexpr const char* kConnectPatienceS = "10";
constexpr std::chrono::seconds kLeastPatience{2};
/// How long a stop may go unnoticed.
constexpr std::chrono::milliseconds kStopCheckInterval{20};
constexpr Oid kByteaOid = 17;

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
  if (says("invalid connection option") || says("invalid sslmode") || says("invalid connect_timeout")) {
    return SqlErrorKind::kOption;
  }
  return SqlErrorKind::kUnreachable;
}

/// As libpq reads it: zero and less wait for ever, one second is two. Unset for what is no number.
std::optional<Deadline> ConnectPatience(const std::string& text) {
  int seconds = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seconds);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return seconds <= 0 ? Deadline() : Deadline::After(std::max(std::chrono::seconds(seconds), kLeastPatience));
}

std::map<std::string, std::string> ParametersOf(const SqlUrl& url) {
  std::map<std::string, std::string> parameters = {
      {"application_name", "feast"}, {"client_encoding", "UTF8"}, {kTimeoutKey, kConnectPatienceS}};
  for (const auto& [key, value] : url.parameters) parameters[key] = value;
  return parameters;
}

}  // namespace

arrow::Result<std::unique_ptr<PostgresConnection>> PostgresConnection::Open(const SqlUrl& url,
                                                                            const CallContext& context) {
  ARROW_RETURN_NOT_OK(context.Check());
  ARROW_ASSIGN_OR_RAISE(const PostgresLibrary* pq, LoadPostgresLibrary());
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(*pq, url, context));
  ARROW_RETURN_NOT_OK(connection->Connect());
  // So that sending waits in Await, not in the library.
  if (pq->setnonblocking(connection->connection_, 1) != 0) return connection->Broken();
  return connection;
}

arrow::Status PostgresConnection::Connect() {
  std::map<std::string, std::string> parameters = ParametersOf(url_);
  const std::optional<Deadline> patience = ConnectPatience(parameters[kTimeoutKey]);
  if (!patience) return ConnectError("invalid connect_timeout \"" + parameters[kTimeoutKey] + "\"");
  // From a host that does not answer the library goes on to the next only where it waits itself.
  const bool several_hosts = parameters["host"].find(',') != std::string::npos;
  if (several_hosts && !context_.deadline.is_never()) {
    const auto left = context_.deadline.LeftUpTo(patience->LeftUpTo(std::chrono::hours(1)));
    parameters[kTimeoutKey] = std::to_string(std::max(std::chrono::ceil<std::chrono::seconds>(left).count(), 1L));
  }
  std::vector<const char*> keys, values;
  for (const auto& [key, value] : parameters) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  if (several_hosts) {
    connection_ = pq_.connectdbParams(keys.data(), values.data(), /*expand_dbname=*/0);
    ARROW_RETURN_NOT_OK(context_.Check());
  } else {
    connection_ = pq_.connectStartParams(keys.data(), values.data(), /*expand_dbname=*/0);
    // What to do before the first step is to wait until the socket can be written to.
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (pq_.status(connection_) != CONNECTION_BAD && next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
      const bool for_writing = next == PGRES_POLLING_WRITING;
      ARROW_ASSIGN_OR_RAISE(const bool ready, Await(!for_writing, for_writing, *patience));
      if (!ready) return ConnectError("timeout expired");
      next = pq_.connectPoll(connection_);
    }
  }
  return pq_.status(connection_) == CONNECTION_OK ? arrow::Status::OK() : ConnectError(pq_.errorMessage(connection_));
}

arrow::Status PostgresConnection::ConnectError(const std::string& message) const {
  const std::string shown = Shown(message.c_str());
  return SqlError(KindOfConnection(shown), shown);
}

arrow::Result<bool> PostgresConnection::Await(bool for_reading, bool for_writing, Deadline patience) {
  const int events = (for_reading ? POLLIN : 0) | (for_writing ? POLLOUT : 0);
  while (true) {
    ARROW_RETURN_NOT_OK(context_.Check());
    if (patience.has_passed()) return false;
    const auto slice = context_.stop.stop_possible() ? kStopCheckInterval : std::chrono::minutes(1);
    const auto time = patience.LeftUpTo(context_.deadline.LeftUpTo(slice));
    // Another step of connecting may have another socket.
    pollfd waiting{pq_.socket(connection_), static_cast<short>(events), 0};
    const int ready = poll(&waiting, 1, static_cast<int>(time.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) {
      return SqlError(SqlErrorKind::kBroken, std::string("waiting failed: ") + std::strerror(errno));
    }
  }
}

arrow::Status PostgresConnection::SendAll() {
  while (true) {
    const int left = pq_.flush(connection_);
    if (left == 0) return arrow::Status::OK();
    if (left < 0) return Broken();
    ARROW_RETURN_NOT_OK(Await(/*for_reading=*/true, /*for_writing=*/true, {}));
    // A server that is stuck with an answer takes nothing in until that is read.
    if (pq_.consumeInput(connection_) == 0) return Broken();
  }
}

arrow::Status PostgresConnection::AwaitAnswer() {
  while (pq_.isBusy(connection_) != 0) {
    ARROW_RETURN_NOT_OK(Await(/*for_reading=*/true, /*for_writing=*/false, {}));
    if (pq_.consumeInput(connection_) == 0) return Broken();
  }
  return arrow::Status::OK();
}

arrow::Result<PostgresConnection::Result> PostgresConnection::Execute(const std::string& sql,
                                                                      const std::vector<SqlValue>& values) {
  ARROW_RETURN_NOT_OK(context_.Check());
  std::vector<Oid> types;
  std::vector<const char*> pointers;
  std::vector<int> lengths, formats;
  for (const SqlValue& value : values) {
    types.push_back(value.is_blob ? kByteaOid : 0);
    pointers.push_back(value.value.data());
    lengths.push_back(static_cast<int>(value.value.size()));
    formats.push_back(value.is_blob ? 1 : 0);
  }
  if (pq_.sendQueryParams(connection_, sql.c_str(), static_cast<int>(values.size()), types.data(), pointers.data(),
                          lengths.data(), formats.data(), /*resultFormat=*/1) == 0) {
    return Broken();
  }
  ARROW_RETURN_NOT_OK(SendAll());
  // One statement has one result; only when it has been followed by none may the next statement be sent.
  Result result(nullptr, [this](PGresult* taken) { pq_.clear(taken); });
  while (true) {
    ARROW_RETURN_NOT_OK(AwaitAnswer());
    PGresult* next = pq_.getResult(connection_);
    if (next == nullptr) break;
    result.reset(next);
  }
  const ExecStatusType status = pq_.resultStatus(result.get());
  const bool answered = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
  if (!answered && pq_.resultErrorField(result.get(), PG_DIAG_SQLSTATE) == nullptr) return Broken();
  return result;
}

arrow::Status PostgresConnection::Broken() const {
  return SqlError(SqlErrorKind::kBroken, Shown(pq_.errorMessage(connection_)));
}

std::string PostgresConnection::Shown(const char* message) const {
  return url_.Redacted(OneLine(message == nullptr ? "" : message));
}

}  // namespace feast
