#include "parallel/parallel_for.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "feast/call_context.h"
#include "parallel/periodic_task.h"
#include "parallel/start_thread.h"

namespace feast {
namespace {

TEST(ParallelFor, EachPieceOnce) {
  std::vector<std::atomic<int>> seen(1000);
  const arrow::Status status = ParallelFor(4, 1000, [&](int worker, int64_t i) {
    EXPECT_TRUE(worker >= 0 && worker < 4);
    ++seen[i];
    return arrow::Status::OK();
  });
  EXPECT_TRUE(status.ok());
  for (const auto& count : seen) EXPECT_EQ(count, 1);
}

TEST(ParallelFor, FirstErrorWinsAndStopsTheRest) {
  std::atomic<int> started{0};
  const arrow::Status status = ParallelFor(2, 100000, [&](int, int64_t i) {
    ++started;
    return i >= 10 ? arrow::Status::Invalid("piece ", i) : arrow::Status::OK();
  });
  EXPECT_EQ(status.message(), "piece 10");
  EXPECT_LT(started, 100000);
}

TEST(ParallelFor, EndsWhenCancelled) {
  std::stop_source stop;
  const CallScope scope({.stop = stop.get_token()});
  std::atomic<int> started{0};
  // The pieces' own pieces, on threads of theirs, are asked to stop too.
  const arrow::Status status = ParallelFor(2, 1000, [&](int, int64_t i) {
    ++started;
    if (i == 10) stop.request_stop();
    return ParallelFor(2, 2, [](int, int64_t) { return arrow::Status::OK(); });
  });
  EXPECT_TRUE(status.IsCancelled());
  EXPECT_LT(started, 1000);
  int64_t rows = 0;
  ForEachRange(10, 100, [&](int64_t first, int64_t last) { rows += last - first; });
  EXPECT_EQ(rows, 10);
  {
    const CallScope none({});
    EXPECT_TRUE(CallContext::OfThread().Check().ok());
  }
  EXPECT_TRUE(CallContext::OfThread().Check().IsCancelled());
}

TEST(ParallelFor, WhatAPieceThrowsIsAnError) {
  const arrow::Status status = ParallelFor(4, 1000, [](int, int64_t i) -> arrow::Status {
    if (i >= 500) throw std::runtime_error("thrown by a piece");
    return arrow::Status::OK();
  });
  EXPECT_NE(status.message().find("thrown by a piece"), std::string::npos);
  EXPECT_THROW(ForEachPiece(4, 1000, [](int, int64_t) { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST(ParallelFor, NothingToDo) {
  EXPECT_TRUE(ParallelFor(4, 0, [](int, int64_t) { return arrow::Status::Invalid("called"); }).ok());
}

TEST(SharedThreads, CallsWithinCallsShareThem) {
  constexpr int kWorkers = 3;
  const SharedThreads threads(kWorkers);
  std::mutex mutex;
  std::set<std::thread::id> seen;
  std::atomic<int64_t> pieces{0};
  const arrow::Status status = ParallelFor(2, 20, [&](int, int64_t) {
    std::vector<std::atomic<int>> busy(kWorkers);
    return ParallelFor(kWorkers, 50, [&](int worker, int64_t) {
      EXPECT_EQ(busy[worker]++, 0);
      std::this_thread::yield();
      --busy[worker];
      ++pieces;
      const std::lock_guard<std::mutex> lock(mutex);
      seen.insert(std::this_thread::get_id());
      return arrow::Status::OK();
    });
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(pieces, 20 * 50);
  EXPECT_LE(seen.size(), kWorkers);
}

TEST(SharedThreads, TheIdleHelpWithinACall) {
  const SharedThreads threads(2);
  std::atomic<int> there{0};
  // Neither piece ends before the other has begun.
  const auto meet = [&](int, int64_t) {
    ++there;
    while (there < 2) std::this_thread::yield();
    return arrow::Status::OK();
  };
  EXPECT_TRUE(ParallelFor(1, 1, [&](int, int64_t) { return ParallelFor(2, 2, meet); }).ok());
}

TEST(SharedThreads, ErrorsAndStopsAreThoseOfTheirCall) {
  const SharedThreads threads(4);
  const arrow::Status status = ParallelFor(4, 4, [&](int, int64_t i) {
    std::stop_source stop;
    if (i == 0) stop.request_stop();
    const CallScope scope({.stop = stop.get_token()});
    const arrow::Status inner = ParallelFor(
        4, 100, [&](int, int64_t) { return i == 1 ? arrow::Status::Invalid("of one") : arrow::Status::OK(); });
    EXPECT_EQ(inner.IsCancelled(), i == 0);
    EXPECT_EQ(inner.IsInvalid(), i == 1);
    EXPECT_EQ(inner.ok(), i > 1);
    return arrow::Status::OK();
  });
  EXPECT_TRUE(status.ok());
}

TEST(RefusedThreads, FewerDoTheSameWork) {
  for (const int allowed : {0, 1, 2}) {
    const RefusedThreads refused(allowed);
    std::mutex mutex;
    std::set<std::thread::id> seen;
    std::atomic<int64_t> pieces{0};
    const auto piece = [&](int, int64_t) {
      ++pieces;
      const std::lock_guard<std::mutex> lock(mutex);
      seen.insert(std::this_thread::get_id());
      return arrow::Status::OK();
    };
    EXPECT_TRUE(ParallelFor(8, 1000, piece).ok());
    EXPECT_EQ(pieces, 1000);
    EXPECT_LE(seen.size(), static_cast<size_t>(allowed) + 1);
    const SharedThreads threads(8);
    EXPECT_TRUE(ParallelFor(4, 10, [&](int, int64_t) { return ParallelFor(8, 100, piece); }).ok());
    EXPECT_EQ(pieces, 2000);
  }
}

TEST(PeriodicTask, IsNoneWhereTheSystemRefusesItsThread) {
  std::atomic<int> runs{0};
  const auto count = [&] { ++runs; };
  {
    const RefusedThreads refused(0);
    EXPECT_EQ(PeriodicTask::Start(std::chrono::milliseconds(1), count), nullptr);
  }
  const auto task = PeriodicTask::Start(std::chrono::milliseconds(1), count);
  ASSERT_NE(task, nullptr);
  while (runs < 3) std::this_thread::yield();
}

TEST(WorkerCount, TakesTheEnvironmentsNumber) {
  setenv("FEAST_THREADS", "3", 1);
  EXPECT_EQ(WorkerCount(), 3);
  setenv("FEAST_THREADS", "none", 1);
  EXPECT_GE(WorkerCount(), 1);
  unsetenv("FEAST_THREADS");
}

}  // namespace
}  // namespace feast
