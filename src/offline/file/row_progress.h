// Counts rows worked on by several threads and tells a callback.
#pragma once

#include <cstdint>
#include <mutex>

#include "feast/retrieval_job.h"

namespace feast {

/// Thread-safe. Calls back under a lock, so one call at a time.
class RowProgress {
 public:
  explicit RowProgress(ProgressCallback callback) : callback_(std::move(callback)) {}

  /// More rows to do.
  void Expect(int64_t rows) {
    const std::lock_guard<std::mutex> lock(mutex_);
    total_ += rows;
  }
  /// Rows done.
  void Done(int64_t rows) {
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ += rows;
    if (callback_) callback_(done_, total_);
  }

 private:
  std::mutex mutex_;
  ProgressCallback callback_;
  int64_t done_ = 0, total_ = 0;
};

}  // namespace feast
