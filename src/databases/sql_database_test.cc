// How long databases are waited for. What they store is tested with the registry and the online store.
#include "databases/sql_database.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <thread>

#include "databases/sql_error.h"
#include "databases/sqlite_database.h"
#include "gtest/gtest.h"
#include "system/test_folder.h"

namespace feast {
namespace {

using std::chrono::milliseconds;

/// Below any patience of the code's own.
constexpr std::chrono::seconds kSoon{5};

/// Whether `work` ended long before any patience of its own would have.
::testing::AssertionResult EndsSoon(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  if (std::chrono::steady_clock::now() - begin < kSoon) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "it waited too long";
}

/// Speaks as much of PostgreSQL's protocol as it takes to say "done" to every statement, until it falls silent.
class FakePostgres {
 public:
  /// From the statement on that has `silent_at` in it, nothing is read or answered; "": not even the greeting.
  explicit FakePostgres(std::string silent_at)
      : silent_at_(std::move(silent_at)), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 4) != 0) std::abort();
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "postgresql://ann@127.0.0.1:" + std::to_string(ntohs(address.sin_port)) +
           "/feast?sslmode=disable&gssencmode=disable";
    thread_ = std::thread([this] {
      for (int client = accept(socket_, nullptr, nullptr); client >= 0; client = accept(socket_, nullptr, nullptr)) {
        Serve(client);
        close(client);
      }
    });
  }
  ~FakePostgres() {
    closing_ = true;
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

  SqlUrl url(const std::string& options = "") const { return ParseSqlUrl(url_ + options, "path").ValueOrDie(); }

 private:
  static constexpr std::string_view kGreeting{"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", 15};
  static constexpr std::string_view kDone{
      "1\0\0\0\x04"
      "2\0\0\0\x04"
      "n\0\0\0\x04"
      "C\0\0\0\x07OK\0"
      "Z\0\0\0\x05I",
      29};

  /// Until the client is gone.
  void Serve(int client) const {
    bool greeted = false;
    char block[4096];
    for (ssize_t size; (size = recv(client, block, sizeof(block), 0)) > 0;) {
      const std::string_view message(block, static_cast<size_t>(size));
      if (silent_at_.empty() || message.find(silent_at_) != std::string_view::npos) {
        // That the client is gone shows only behind what it had sent.
        pollfd waiting{client, POLLRDHUP, 0};
        while (!closing_ && poll(&waiting, 1, kPause.count()) == 0) continue;
        return;
      }
      const std::string_view answer = greeted ? kDone : kGreeting;
      greeted = true;
      if (send(client, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
    }
  }

  static constexpr milliseconds kPause{10};
  const std::string silent_at_;
  std::atomic<bool> closing_ = false;
  const int socket_;
  std::string url_;
  std::thread thread_;
};

CallContext For(milliseconds time) { return {.deadline = Deadline::After(time)}; }

TEST(Postgres, AServerThatDoesNotGreetEndsTheCallInTime) {
  const FakePostgres server("");
  EXPECT_TRUE(
      EndsSoon([&] { EXPECT_TRUE(OpenPostgres(server.url(), For(milliseconds(100))).status().IsCancelled()); }));
  std::stop_source stop;
  std::thread asks([&] {
    std::this_thread::sleep_for(milliseconds(100));
    stop.request_stop();
  });
  EXPECT_TRUE(
      EndsSoon([&] { EXPECT_TRUE(OpenPostgres(server.url(), {.stop = stop.get_token()}).status().IsCancelled()); }));
  asks.join();
}

TEST(Postgres, ConnectingHasAPatienceOfItsOwn) {
  const FakePostgres server("");
  const auto opened = OpenPostgres(server.url("&connect_timeout=1"));
  EXPECT_EQ(KindOfSqlError(opened.status()), SqlErrorKind::kUnreachable);
  EXPECT_TRUE(Says(opened.status(), "timeout expired"));
  const auto refused = OpenPostgres(server.url("&connect_timeout=soon"));
  EXPECT_EQ(KindOfSqlError(refused.status()), SqlErrorKind::kOption);
  EXPECT_TRUE(Says(refused.status(), "invalid connect_timeout \"soon\""));
}

TEST(Postgres, OneOfSeveralHostsThatDoesNotAnswerIsPassedOver) {
  const FakePostgres silent(""), other("nothing");
  SqlUrl url = silent.url("&connect_timeout=2");
  const SqlUrl theirs = other.url();
  url.parameters["host"] += "," + theirs.parameters.at("host");
  url.parameters["port"] += "," + theirs.parameters.at("port");
  EXPECT_TRUE(OpenPostgres(url).ok());
}

TEST(Postgres, AStatementThatIsNotAnsweredEndsTheCallInTime) {
  const FakePostgres server("SELECT");
  const auto database = OpenPostgres(server.url(), For(milliseconds(300))).ValueOrDie();
  ASSERT_TRUE(database->Run("BEGIN").ok());
  EXPECT_TRUE(EndsSoon([&] { EXPECT_TRUE(database->Run("SELECT pg_sleep(60)").status().IsCancelled()); }));
}

TEST(Postgres, AStatementThatIsNotTakenInEndsTheCallInTime) {
  const FakePostgres server("UPDATE");
  const auto database = OpenPostgres(server.url(), For(milliseconds(300))).ValueOrDie();
  const std::vector<SqlValue> large = {{.value = std::string(64 << 20, 'x'), .is_blob = true}};
  EXPECT_TRUE(EndsSoon([&] { EXPECT_TRUE(database->Run("UPDATE t SET x = $1", large).status().IsCancelled()); }));
}

TEST(Postgres, ACommitThatIsNotConfirmedIsNotSaidToHaveFailed) {
  const FakePostgres server("COMMIT");
  const auto database = OpenPostgres(server.url(), For(milliseconds(300))).ValueOrDie();
  ASSERT_TRUE(database->Run("BEGIN").ok());
  arrow::Status done;
  EXPECT_TRUE(EndsSoon([&] { done = database->Commit(); }));
  EXPECT_EQ(KindOfSqlError(done), SqlErrorKind::kUncertain);
  // Of one that was never sent it is certain.
  EXPECT_TRUE(database->Commit().IsCancelled());
}

TEST(Sqlite, AnothersTransactionIsWaitedForNoLongerThanTheCallMay) {
  TestFolder folder;
  const auto other = OpenSqlite(folder / "r.db", true).ValueOrDie();
  ASSERT_TRUE(other->Begin().ok());
  const auto ours = OpenSqlite(folder / "r.db", true, For(milliseconds(100))).ValueOrDie();
  EXPECT_TRUE(EndsSoon([&] { EXPECT_TRUE(ours->Begin().IsCancelled()); }));
  const auto impatient = OpenSqlite(folder / "r.db", true, {}, milliseconds(100)).ValueOrDie();
  for (int time = 0; time < 2; ++time) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(KindOfSqlError(impatient->Begin()), SqlErrorKind::kLocked);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(100));
  }
}

TEST(Sqlite, AStatementThatRunsOnEndsWithTheCall) {
  TestFolder folder;
  const auto database = OpenSqlite(folder / "r.db", true, For(milliseconds(100))).ValueOrDie();
  EXPECT_TRUE(EndsSoon([&] {
    const auto rows =
        database->Run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) || '' FROM n");
    EXPECT_TRUE(rows.status().IsCancelled());
  }));
}

}  // namespace
}  // namespace feast
