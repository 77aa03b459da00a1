#include "parallel/parallel_for.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

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

TEST(ParallelFor, NothingToDo) {
  EXPECT_TRUE(ParallelFor(4, 0, [](int, int64_t) { return arrow::Status::Invalid("called"); }).ok());
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
