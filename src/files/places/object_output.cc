#include "files/places/object_output.h"

#include <algorithm>
#include <utility>

#include "arrow/io/type_fwd.h"
#include "arrow/util/thread_pool.h"

namespace feast::scan {
namespace {

/// A multiple of 256 KiB. S3 takes 10,000 parts, so later ones are larger: in all, 1.1 TB.
constexpr int64_t kPartBytes = 8 << 20;
constexpr int64_t kPartsOfOneSize = 1000;

int64_t PartBytes(int64_t number) { return kPartBytes * (1 + number / kPartsOfOneSize * 3); }

}  // namespace

arrow::Result<std::shared_ptr<ObjectOutput>> ObjectOutput::Open(std::shared_ptr<ObjectBucket> bucket, std::string key) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<ObjectUpload> upload, bucket->StartUpload(key));
  return std::shared_ptr<ObjectOutput>(new ObjectOutput(std::move(bucket), std::move(key), std::move(upload)));
}

ObjectOutput::ObjectOutput(std::shared_ptr<ObjectBucket> bucket, std::string key, std::shared_ptr<ObjectUpload> upload)
    : bucket_(std::move(bucket)),
      key_(std::move(key)),
      upload_(std::move(upload)),
      unfinished_(std::make_unique<Unfinished>([upload = upload_] { upload->Abort(); })) {
  set_mode(arrow::io::FileMode::WRITE);
}

ObjectOutput::~ObjectOutput() {
  if (!is_closed_) [[maybe_unused]]
    const arrow::Status aborted = Abort();
}

arrow::Status ObjectOutput::Write(const void* data, int64_t bytes) {
  if (is_closed_) return arrow::Status::Invalid("An object is written to after it was closed.");
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    // A full part is sent when it is known not to be the last.
    if (static_cast<int64_t>(part_.size()) == PartBytes(part_count_)) ARROW_RETURN_NOT_OK(Send(/*is_last=*/false));
    const int64_t taken = std::min(bytes, PartBytes(part_count_) - static_cast<int64_t>(part_.size()));
    part_.append(from, static_cast<size_t>(taken));
    from += taken;
    bytes -= taken;
    position_ += taken;
  }
  return arrow::Status::OK();
}

arrow::Status ObjectOutput::Send(bool is_last) {
  // At most parts_at_once() parts are on their way while the next is filled. After an error nothing more is sent.
  ARROW_RETURN_NOT_OK(Wait(upload_->parts_at_once() - 1));
  {
    const std::lock_guard lock(progress_->mutex);
    ++progress_->under_way;
  }
  auto part = std::make_shared<std::string>(std::exchange(part_, {}));
  // The task owns all that it touches: it needs this object no more.
  const auto sent = arrow::io::default_io_context().executor()->Spawn(
      [progress = progress_, upload = upload_, part = std::move(part), number = part_count_, is_last] {
        const arrow::Status status = upload->Write(number, std::move(*part), is_last);
        const std::lock_guard lock(progress->mutex);
        // The first error stays.
        if (progress->status.ok()) progress->status = status;
        --progress->under_way;
        progress->changed.notify_all();
      });
  if (!sent.ok()) {
    const std::lock_guard lock(progress_->mutex);
    --progress_->under_way;
    return sent;
  }
  ++part_count_;
  return arrow::Status::OK();
}

arrow::Status ObjectOutput::Wait(int left) {
  std::unique_lock lock(progress_->mutex);
  progress_->changed.wait(lock, [&] { return progress_->under_way <= left; });
  return progress_->status;
}

arrow::Status ObjectOutput::Finish() {
  if (position_ == 0) {
    // An upload without a byte is none.
    upload_->Abort();
    return bucket_->Put(key_, "");
  }
  ARROW_RETURN_NOT_OK(Send(/*is_last=*/true));
  ARROW_RETURN_NOT_OK(Wait(0));
  return upload_->Finish();
}

arrow::Status ObjectOutput::Close() {
  if (is_closed_) return arrow::Status::OK();
  const arrow::Status finished = Finish();
  // What went wrong first says more than a failure to clean up.
  if (!finished.ok()) return Abort().ok() ? finished : finished;
  is_closed_ = true;
  unfinished_ = nullptr;
  return finished;
}

arrow::Status ObjectOutput::Abort() {
  if (is_closed_) return arrow::Status::OK();
  is_closed_ = true;
  // A part that arrives after the upload is given up would stay.
  [[maybe_unused]] const arrow::Status waited = Wait(0);
  upload_->Abort();
  unfinished_ = nullptr;
  return arrow::Status::OK();
}

}  // namespace feast::scan
