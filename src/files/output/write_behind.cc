#include "files/output/write_behind.h"

#include <algorithm>
#include <utility>

#include "arrow/result.h"
#include "parallel/start_thread.h"
#include "system/exceptions.h"

namespace feast::scan {
namespace {

/// A row group of a million rows of eight numbers, so that the next one can be encoded meanwhile.
constexpr int64_t kWaitingBytesMax = int64_t{64} << 20;

}  // namespace

WriteBehind::WriteBehind(std::shared_ptr<arrow::io::OutputStream> stream) : stream_(std::move(stream)) {
  set_mode(arrow::io::FileMode::WRITE);
}

WriteBehind::~WriteBehind() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.clear();
  }
  End();
}

arrow::Status WriteBehind::Write(const void* data, int64_t bytes) {
  ARROW_ASSIGN_OR_RAISE(auto copy, arrow::AllocateBuffer(bytes));
  const auto* from = static_cast<const uint8_t*>(data);
  std::copy(from, from + bytes, copy->mutable_data());
  return Write(std::shared_ptr<arrow::Buffer>(std::move(copy)));
}

arrow::Status WriteBehind::Write(const std::shared_ptr<arrow::Buffer>& data) {
  if (!thread_.joinable() && !StartThread(&thread_, [this] { WriteAll(); })) {
    // No thread will take it: then it is written at once.
    position_ += data->size();
    return stream_->Write(data);
  }
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return waiting_bytes_ < kWaitingBytesMax || !status_.ok(); });
  ARROW_RETURN_NOT_OK(status_);
  position_ += data->size();
  waiting_bytes_ += data->size();
  waiting_.push_back(data);
  changed_.notify_all();
  return arrow::Status::OK();
}

void WriteBehind::WriteAll() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty() || is_ending_; });
    if (waiting_.empty()) return;
    std::shared_ptr<arrow::Buffer> data = std::move(waiting_.front());
    waiting_.pop_front();
    const int64_t bytes = data->size();
    lock.unlock();
    const arrow::Status status = Caught([&] { return stream_->Write(data); });
    data.reset();
    lock.lock();
    waiting_bytes_ -= bytes;
    if (!status.ok()) {
      status_ = status;
      waiting_.clear();
    }
    changed_.notify_all();
    if (!status.ok()) return;
  }
}

void WriteBehind::End() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

arrow::Status WriteBehind::Close() {
  if (is_closed_) return arrow::Status::OK();
  End();
  is_closed_ = true;
  ARROW_RETURN_NOT_OK(status_);
  return stream_->Close();
}

}  // namespace feast::scan
