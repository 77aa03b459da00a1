// Ends long work early: the thread that does it, and those that ParallelFor starts for it, look at one flag.
#pragma once

#include <atomic>
#include <memory>

#include "arrow/status.h"

namespace feast {

/// Set once, by any thread.
using CancelFlag = std::shared_ptr<std::atomic<bool>>;

/// As long as it lives, work of this thread ends with Status::Cancelled soon after the flag is set. Nothing can be
/// cancelled with a null flag. Scopes nest; the innermost counts.
class CancellationScope {
 public:
  explicit CancellationScope(CancelFlag flag);
  ~CancellationScope();
  CancellationScope(const CancellationScope&) = delete;

  /// The flag of this thread; null when there is none.
  static const CancelFlag& Current();

 private:
  CancelFlag outer_;
};

/// Cancelled when this thread's work is to end.
arrow::Status CheckCancelled();

}  // namespace feast
