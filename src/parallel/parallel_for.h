// Running independent pieces of work on several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "arrow/status.h"

namespace feast {

/// Threads that reading and joining use: FEAST_THREADS when it is a positive number, else what the machine has.
int WorkerCount();

/// Calls `task(worker, i)` once for each i in [0, count), from at most `workers` threads with `worker` in [0, workers).
/// The pieces are handed out in order. After an error no further piece is started; the error of the lowest piece is
/// returned. What a piece throws is an error too (exceptions.h). Where the system refuses threads, fewer do the work.
/// Ends with Cancelled when this thread's work is to end (feast/call_context.h).
arrow::Status ParallelFor(int workers, int64_t count, const std::function<arrow::Status(int worker, int64_t i)>& task);

/// The same for pieces that cannot fail, and that are done to the end once begun. What one throws, for want of memory,
/// is thrown from here.
void ForEachPiece(int workers, int64_t count, const std::function<void(int worker, int64_t i)>& visit);

/// Calls `visit(first, last)` for ranges of at most `step` that make up [0, count), on all threads.
void ForEachRange(int64_t count, int64_t step, const std::function<void(int64_t first, int64_t last)>& visit);

/// While it lives, calls of ParallelFor from this thread, and from within their pieces, share its threads instead of
/// starting some each: one that has nothing to do helps whichever call has pieces left, the earliest first.
class SharedThreads {
 public:
  /// At most `workers`, this thread being one.
  explicit SharedThreads(int workers);
  ~SharedThreads();
  SharedThreads(const SharedThreads&) = delete;

 private:
  std::unique_ptr<class Crew> crew_;
  class Crew* outer_;
};

}  // namespace feast
