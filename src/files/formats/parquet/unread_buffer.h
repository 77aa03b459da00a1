// Bytes of a file for who looks at few of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "arrow/buffer.h"
#include "arrow/io/interfaces.h"
#include "arrow/result.h"

namespace feast::scan {

/// Memory for bytes of a file, which are anything until they were fetched. For one thread.
class UnreadBuffer final : public arrow::Buffer {
 public:
  /// For `bytes` of the file from `position` on. Those `at_hand`, the first ones, are there unless it is null.
  static arrow::Result<std::shared_ptr<UnreadBuffer>> Make(std::shared_ptr<arrow::io::RandomAccessFile> file,
                                                           int64_t position, int64_t bytes,
                                                           const arrow::Buffer* at_hand) {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> memory, arrow::AllocateBuffer(bytes));
    const int64_t there = at_hand == nullptr ? 0 : at_hand->size();
    if (there > 0) std::copy_n(at_hand->data(), there, memory->mutable_data());
    return std::make_shared<UnreadBuffer>(std::move(file), position, memory, there);
  }
  UnreadBuffer(std::shared_ptr<arrow::io::RandomAccessFile> file, int64_t position,
               const std::shared_ptr<arrow::Buffer>& memory, int64_t there)
      : arrow::Buffer(memory, 0, memory->size()),
        file_(std::move(file)),
        position_(position),
        there_(there),
        memory_(memory->mutable_data()) {}

  /// Reads `bytes` to `place`, where they belong; an error when the file ends before them.
  arrow::Status Fetch(const uint8_t* place, int64_t bytes) {
    const int64_t offset = place - memory_;
    if (offset + bytes <= there_) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const int64_t got, file_->ReadAt(position_ + offset, bytes, memory_ + offset));
    return got == bytes ? arrow::Status::OK() : arrow::Status::IOError("it ends before its footer says");
  }

 private:
  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  const int64_t position_;
  /// So many, from the first on, need not be read.
  const int64_t there_;
  uint8_t* const memory_;
};

}  // namespace feast::scan
