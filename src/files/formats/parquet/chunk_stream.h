// The bytes of one column chunk of a Parquet file, in order, for a reader of pages that skips some.
#pragma once

#include <cstdint>
#include <memory>

#include "arrow/io/interfaces.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace parquet {
class FileMetaData;
}

namespace feast::scan {

/// Where the pages of a column chunk lie in a file of `file_bytes`.
arrow::io::ReadRange ChunkRange(const parquet::FileMetaData& metadata, int group, int leaf, int64_t file_bytes);

/// Reads ahead while one page follows on another; what is skipped is not read. Buffers it gives stay valid. For one
/// thread.
class ChunkStream final : public arrow::io::InputStream {
 public:
  /// Reads at least `read_ahead_min` bytes at a time, but after what was skipped.
  ChunkStream(std::shared_ptr<arrow::io::RandomAccessFile> file, const arrow::io::ReadRange& range,
              int64_t read_ahead_min)
      : file_(std::move(file)),
        start_(range.offset),
        position_(range.offset),
        end_(range.offset + range.length),
        read_ahead_min_(read_ahead_min),
        read_ahead_(read_ahead_min) {}

  /// Fewer than `bytes` where the rest is not at hand; more when asked for more.
  arrow::Result<std::string_view> Peek(int64_t bytes) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override;
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override;
  /// The bytes of the next Read will not be looked at, and are not read: Arrow's Advance, which cannot be overridden,
  /// reads.
  void SkipNextRead() { skip_next_read_ = true; }
  /// Few of the bytes of the next Read will be looked at: it may give an UnreadBuffer.
  void LeaveNextUnread() { leave_next_unread_ = true; }
  arrow::Result<int64_t> Tell() const override { return position_ - start_; }
  arrow::Status Close() override {
    is_closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return is_closed_; }

 private:
  void Skip(int64_t bytes);
  /// Sees to it that the next `bytes`, or as many as there are, are at hand.
  arrow::Status Fill(int64_t bytes);

  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  const int64_t start_;
  int64_t position_;
  const int64_t end_;
  /// What is at hand from `position_` on, as a part of what was read; null at first.
  std::shared_ptr<arrow::Buffer> at_hand_;
  const int64_t read_ahead_min_;
  /// How much to read at once next time.
  int64_t read_ahead_;
  bool skip_next_read_ = false;
  bool leave_next_unread_ = false;
  bool is_closed_ = false;
};

}  // namespace feast::scan
