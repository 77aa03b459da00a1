#include "files/places/object_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/buffer.h"
#include "cloud/place_error.h"

namespace feast::scan {

std::string ObjectVersion::Get() {
  const std::lock_guard lock(mutex_);
  return version_;
}

// Once a version is settled it never changes, whoever was first.
bool ObjectVersion::Settle(const std::string& version) {
  const std::lock_guard lock(mutex_);
  if (version_.empty()) version_ = version;
  return version_ == version;
}

ObjectFile::ObjectFile(std::shared_ptr<ObjectBucket> bucket, std::string key, std::shared_ptr<ObjectVersion> version)
    : bucket_(std::move(bucket)), key_(std::move(key)), version_(std::move(version)) {
  set_mode(arrow::io::FileMode::READ);
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ObjectFile::ReadAt(int64_t position, int64_t bytes) {
  bytes = std::min(bytes, version_->size() - position);
  if (bytes <= 0) return std::make_shared<arrow::Buffer>(nullptr, 0);
  // The request is on condition of the version, once one is known. The first requests run at once without one, so each
  // looks at the version that it was given.
  std::string version = version_->Get();
  ARROW_ASSIGN_OR_RAISE(std::string read, ReadObjectRange(*bucket_, key_, version_->size(), position, bytes, &version));
  // Several threads may have been the first.
  if (!version_->Settle(version)) {
    return PlaceError(PlaceTrouble::kChanged, "'" + bucket_->Uri(key_) +
                                                  "' was changed while it was read. Read it again; nothing of both "
                                                  "versions is mixed.");
  }
  return arrow::Buffer::FromString(std::move(read));
}

arrow::Result<int64_t> ObjectFile::ReadAt(int64_t position, int64_t bytes, void* out) {
  ARROW_ASSIGN_OR_RAISE(const auto buffer, ReadAt(position, bytes));
  if (buffer->size() > 0) std::memcpy(out, buffer->data(), static_cast<size_t>(buffer->size()));
  return buffer->size();
}

arrow::Status ObjectFile::Close() {
  is_closed_ = true;
  return arrow::Status::OK();
}

arrow::Status ObjectFile::Seek(int64_t position) {
  position_ = std::clamp<int64_t>(position, 0, version_->size());
  return arrow::Status::OK();
}

arrow::Result<int64_t> ObjectFile::Read(int64_t bytes, void* out) {
  ARROW_ASSIGN_OR_RAISE(const int64_t read, ReadAt(position_, bytes, out));
  position_ += read;
  return read;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ObjectFile::Read(int64_t bytes) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, bytes));
  position_ += buffer->size();
  return buffer;
}

}  // namespace feast::scan
