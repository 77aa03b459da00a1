// An object of a bucket as a file: one version of it, whole, or an error.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "arrow/io/interfaces.h"
#include "arrow/result.h"
#include "cloud/object_bucket.h"

namespace feast::scan {

/// The version of an object whose reading was begun: that of its first answer, for all who read it. Thread-safe.
class ObjectVersion {
 public:
  explicit ObjectVersion(int64_t size, std::string version = "") : size_(size), version_(std::move(version)) {}

  int64_t size() const { return size_; }
  /// "" while none is known.
  std::string Get();
  /// Whether `version` is the one, which it becomes when it is the first.
  bool Settle(const std::string& version);

 private:
  const int64_t size_;
  std::mutex mutex_;
  std::string version_;
};

/// Every read is a request, and gives exactly the bytes asked for, of the version that the first one met. Thread-safe
/// but for Seek, Tell and Read.
class ObjectFile : public arrow::io::RandomAccessFile {
 public:
  ObjectFile(std::shared_ptr<ObjectBucket> bucket, std::string key, std::shared_ptr<ObjectVersion> version);

  arrow::Result<int64_t> GetSize() override { return version_->size(); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override;
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override;

  arrow::Status Close() override;
  bool closed() const override { return is_closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Seek(int64_t position) override;
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override;

 private:
  const std::shared_ptr<ObjectBucket> bucket_;
  const std::string key_;
  const std::shared_ptr<ObjectVersion> version_;
  int64_t position_ = 0;
  bool is_closed_ = false;
};

}  // namespace feast::scan
