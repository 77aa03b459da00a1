// A file that is read over a network: in few requests, ahead of need, and no byte twice that is still at hand.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "arrow/io/interfaces.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::scan {

class FetchedRanges;

/// Thread-safe. Reads of ranges that are being fetched wait for them; all others go to the file.
class RemoteFile : public arrow::io::RandomAccessFile {
 public:
  /// The end of the file, where a Parquet file has its footer, is fetched at once and held. Must live in a shared_ptr.
  static arrow::Result<std::shared_ptr<RemoteFile>> Open(std::shared_ptr<arrow::io::RandomAccessFile> file);

  /// Starts to fetch what of these ranges is not at hand, neighbours in one request, all requests at once. The bytes
  /// are there for as long as the result, which may be null, is held.
  std::shared_ptr<FetchedRanges> Fetch(std::vector<arrow::io::ReadRange> ranges);
  /// Gives back what is held from `position` on. Not to be called while other threads read.
  void TrimEnd(int64_t position);

  arrow::Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }
  arrow::Result<int64_t> Tell() const override { return file_->Tell(); }
  arrow::Status Seek(int64_t position) override { return file_->Seek(position); }
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override { return file_->Read(bytes, out); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override { return file_->Read(bytes); }
  arrow::Result<int64_t> GetSize() override { return size_; }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override;

 private:
  explicit RemoteFile(std::shared_ptr<arrow::io::RandomAccessFile> file) : file_(std::move(file)) {}

  /// The part of `range` before what is held of the file's end.
  arrow::io::ReadRange BeforeEnd(arrow::io::ReadRange range) const;
  /// What holds all of `range`, or null.
  std::shared_ptr<FetchedRanges> Holder(const arrow::io::ReadRange& range);
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadBeforeEnd(const arrow::io::ReadRange& range);

  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  int64_t size_ = 0;
  /// The file from `end_start_` on; null when nothing of it is held.
  std::shared_ptr<arrow::Buffer> end_;
  int64_t end_start_ = 0;
  std::mutex mutex_;
  std::vector<std::weak_ptr<FetchedRanges>> fetched_;
};

}  // namespace feast::scan
