// Writing an object: it appears whole when the stream is closed, or not at all.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "arrow/io/interfaces.h"
#include "arrow/status.h"
#include "cloud/object_bucket.h"
#include "system/temporary_file.h"

namespace feast::scan {

/// Parts are uploaded while the next is filled. Whatever does not end with a Close that succeeds leaves nothing in the
/// bucket: what was uploaded is given up after an error, by the destructor, and when the program is told to end. For
/// one thread.
class ObjectOutput : public arrow::io::OutputStream {
 public:
  /// Begins the upload, so that a place that cannot be written is known before there is anything to write.
  static arrow::Result<std::shared_ptr<ObjectOutput>> Open(std::shared_ptr<ObjectBucket> bucket, std::string key);
  ~ObjectOutput() override;

  arrow::Status Write(const void* data, int64_t bytes) override;
  using arrow::io::OutputStream::Write;
  arrow::Status Close() override;
  arrow::Status Abort() override;
  arrow::Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return is_closed_; }

 private:
  ObjectOutput(std::shared_ptr<ObjectBucket> bucket, std::string key, std::shared_ptr<ObjectUpload> upload);

  /// Hands `part_` over to be uploaded.
  arrow::Status Send(bool is_last);
  arrow::Status Finish();
  /// For the uploads under way; the first error of all of them.
  arrow::Status Wait(int left);

  const std::shared_ptr<ObjectBucket> bucket_;
  const std::string key_;
  std::string part_;
  int64_t position_ = 0, part_count_ = 0;
  bool is_closed_ = false;
  const std::shared_ptr<ObjectUpload> upload_;
  std::unique_ptr<Unfinished> unfinished_;

  struct Progress {
    std::mutex mutex;
    std::condition_variable changed;
    int under_way = 0;
    arrow::Status status;
  };
  const std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
};

}  // namespace feast::scan
