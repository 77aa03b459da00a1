// Writing while the next rows are encoded.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "arrow/buffer.h"
#include "arrow/io/interfaces.h"
#include "arrow/status.h"

namespace feast::scan {

/// Passes what it gets on to another stream, from a thread of its own. A buffer is handed over, not copied; where more
/// than a fixed number of bytes wait, Write waits too; where the system refuses the thread, Write writes. What goes
/// wrong is said by the next call. For one thread.
class WriteBehind final : public arrow::io::OutputStream {
 public:
  explicit WriteBehind(std::shared_ptr<arrow::io::OutputStream> stream);
  /// Without Close, drops what still waits and leaves the other stream open.
  ~WriteBehind() override;

  arrow::Status Write(const void* data, int64_t bytes) override;
  arrow::Status Write(const std::shared_ptr<arrow::Buffer>& data) override;
  arrow::Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return is_closed_; }
  /// Ends when all is written and the other stream closed.
  arrow::Status Close() override;

 private:
  void WriteAll();
  void End();

  const std::shared_ptr<arrow::io::OutputStream> stream_;
  int64_t position_ = 0;
  bool is_closed_ = false;

  std::mutex mutex_;
  /// Of all that follows.
  std::condition_variable changed_;
  std::deque<std::shared_ptr<arrow::Buffer>> waiting_;
  /// In `waiting_`, and being written.
  int64_t waiting_bytes_ = 0;
  /// Nothing more comes.
  bool is_ending_ = false;
  arrow::Status status_;
  std::thread thread_;
};

}  // namespace feast::scan
