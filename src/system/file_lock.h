// An exclusive advisory lock between processes and threads, held on a file of its own.
#pragma once

#include <chrono>
#include <filesystem>
#include <utility>

#include "arrow/result.h"
#include "feast/call_context.h"

namespace feast {

class FileLock {
 public:
  /// Creates `path` when needed and waits for the lock; IOError after `patience`, Cancelled when `context` says so. The
  /// lock ends with the process, however it ends.
  static arrow::Result<FileLock> Acquire(const std::filesystem::path& path, std::chrono::milliseconds patience,
                                         const CallContext& context = CallContext::OfThread());
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace feast
