// For tests: a file that knows how much of it was read.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "arrow/buffer.h"
#include "arrow/io/interfaces.h"
#include "arrow/result.h"

namespace feast::scan {

/// Counts the bytes that are asked for.
class CountingFile : public arrow::io::RandomAccessFile {
 public:
  explicit CountingFile(std::string text) : bytes_(arrow::Buffer::FromString(std::move(text))) {}
  int64_t bytes_read() const { return bytes_read_; }
  int reads() const { return reads_; }

  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    bytes_read_ += bytes;
    ++reads_;
    return arrow::SliceBufferSafe(bytes_, position, bytes);
  }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const auto read, ReadAt(position, bytes));
    std::memcpy(out, read->data(), read->size());
    return bytes;
  }
  arrow::Result<int64_t> GetSize() override { return bytes_->size(); }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return Sequential(); }
  arrow::Status Seek(int64_t /*position*/) override { return Sequential(); }
  arrow::Result<int64_t> Read(int64_t /*bytes*/, void* /*out*/) override { return Sequential(); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t /*bytes*/) override { return Sequential(); }

 private:
  static arrow::Status Sequential() { return arrow::Status::NotImplemented("is read at positions"); }

  std::shared_ptr<arrow::Buffer> bytes_;
  int64_t bytes_read_ = 0;
  int reads_ = 0;
};

}  // namespace feast::scan
