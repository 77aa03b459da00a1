#include "cloud/refreshed.h"

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace feast {
namespace {

struct Token {
  int number = 0;
  std::optional<CloudTime> expires_at;
};

CloudTime In(std::chrono::seconds time) { return std::chrono::system_clock::now() + time; }

/// Counts fetches, holds them up while `gate` is locked, and gives tokens that last for `lasts`.
struct Server {
  arrow::Result<Token> operator()() {
    const int number = ++fetches;
    const std::lock_guard lock(gate);
    if (fails) return arrow::Status::IOError("no answer");
    return Token{number, In(lasts)};
  }
  void AwaitFetches(int count) const {
    while (fetches < count) std::this_thread::yield();
  }

  std::mutex gate;
  std::atomic<int> fetches = 0;
  std::atomic<bool> fails = false;
  std::chrono::seconds lasts{3600};
};

struct RefreshedTest : testing::Test {
  Server server;
  Refreshed<Token> token{[this] { return server(); }};
};

TEST_F(RefreshedTest, FetchesOnceWhileItLasts) {
  EXPECT_EQ(token.Get().ValueOrDie()->number, 1);
  EXPECT_EQ(token.Get().ValueOrDie()->number, 1);
  token.Forget();
  EXPECT_EQ(token.Get().ValueOrDie()->number, 2);
}

TEST_F(RefreshedTest, WhoHasAGoodValueDoesNotWaitForTheFetch) {
  server.lasts = std::chrono::seconds(60);
  ASSERT_EQ(token.Get().ValueOrDie()->number, 1);
  std::unique_lock held(server.gate);
  // Soon to expire: the first to ask fetches, and is held up.
  auto first = std::async(std::launch::async, [&] { return token.Get().ValueOrDie()->number; });
  server.AwaitFetches(2);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(token.Get().ValueOrDie()->number, 1);
  held.unlock();
  EXPECT_EQ(first.get(), 2);
  EXPECT_EQ(server.fetches, 2);
}

TEST_F(RefreshedTest, OneFetchesForAllThatWait) {
  std::unique_lock held(server.gate);
  std::vector<std::future<int>> readers;
  for (int i = 0; i < 8; ++i) {
    readers.push_back(std::async(std::launch::async, [&] { return token.Get().ValueOrDie()->number; }));
  }
  server.AwaitFetches(1);
  held.unlock();
  for (auto& reader : readers) EXPECT_EQ(reader.get(), 1);
  EXPECT_EQ(server.fetches, 1);
}

TEST_F(RefreshedTest, WhoWaitsHonoursItsDeadlineAndItsStop) {
  std::unique_lock held(server.gate);
  auto first = std::async(std::launch::async, [&] { return token.Get().ok(); });
  server.AwaitFetches(1);
  EXPECT_TRUE(token.Get({.deadline = Deadline::After(std::chrono::milliseconds(20))}).status().IsCancelled());
  std::stop_source stop;
  auto waiting = std::async(std::launch::async, [&] { return token.Get({.stop = stop.get_token()}).status(); });
  stop.request_stop();
  EXPECT_TRUE(waiting.get().IsCancelled());
  held.unlock();
  EXPECT_TRUE(first.get());
  EXPECT_EQ(token.Get().ValueOrDie()->number, 1);
}

TEST_F(RefreshedTest, AFailureIsToldToAllThatWaitedAndAGoodValueOutlivesIt) {
  server.fails = true;
  EXPECT_TRUE(token.Get().status().IsIOError());
  server.fails = false;
  server.lasts = std::chrono::seconds(60);
  EXPECT_EQ(token.Get().ValueOrDie()->number, 2);
  server.fails = true;
  EXPECT_EQ(token.Get().ValueOrDie()->number, 2);
  EXPECT_EQ(server.fetches, 3);
  // For a moment nobody tries again.
  EXPECT_EQ(token.Get().ValueOrDie()->number, 2);
  EXPECT_EQ(server.fetches, 3);
  token.Forget();
  EXPECT_FALSE(token.Get().ok());
}

}  // namespace
}  // namespace feast
