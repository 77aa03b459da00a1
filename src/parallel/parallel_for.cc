#include "parallel/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "parallel/cancellation.h"

namespace feast {
namespace {

/// What the threads of one ParallelFor share.
struct Progress {
  std::atomic<int64_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  arrow::Status error;
  int64_t error_piece = 0;
};

void Work(int worker, int64_t count, const std::function<arrow::Status(int, int64_t)>& task, Progress* progress) {
  while (!progress->failed.load(std::memory_order_relaxed)) {
    const int64_t i = progress->next.fetch_add(1);
    if (i >= count) return;
    arrow::Status status = CheckCancelled();
    if (status.ok()) status = task(worker, i);
    if (status.ok()) continue;
    const std::lock_guard<std::mutex> lock(progress->mutex);
    if (progress->error.ok() || i < progress->error_piece) {
      progress->error = std::move(status);
      progress->error_piece = i;
    }
    progress->failed = true;
  }
}

}  // namespace

int WorkerCount() {
  if (const char* text = std::getenv("FEAST_THREADS")) {
    const int wanted = std::atoi(text);
    if (wanted > 0) return std::min(wanted, 1024);
  }
  // Asking the system opens a file.
  static const unsigned of_machine = std::max(1U, std::thread::hardware_concurrency());
  return static_cast<int>(of_machine);
}

arrow::Status ParallelFor(int workers, int64_t count, const std::function<arrow::Status(int, int64_t)>& task) {
  Progress progress;
  const int threads = static_cast<int>(std::min<int64_t>(workers, count));
  std::vector<std::thread> others;
  for (int worker = 1; worker < threads; ++worker) {
    others.emplace_back([&, worker, flag = CancellationScope::Current()] {
      const CancellationScope scope(flag);
      Work(worker, count, task, &progress);
    });
  }
  Work(0, count, task, &progress);
  for (std::thread& thread : others) thread.join();
  return progress.error;
}

void ForEachPiece(int workers, int64_t count, const std::function<void(int worker, int64_t i)>& visit) {
  // What cannot report that it ended early is done to the end.
  const CancellationScope scope(nullptr);
  const arrow::Status done = ParallelFor(workers, count, [&](int worker, int64_t i) {
    visit(worker, i);
    return arrow::Status::OK();
  });
  // No piece can fail.
  static_cast<void>(done);
}

void ForEachRange(int64_t count, int64_t step, const std::function<void(int64_t first, int64_t last)>& visit) {
  ForEachPiece(WorkerCount(), (count + step - 1) / step,
               [&](int, int64_t i) { visit(i * step, std::min(count, (i + 1) * step)); });
}

}  // namespace feast
