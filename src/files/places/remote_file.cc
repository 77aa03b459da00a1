#include "files/places/remote_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/buffer.h"
#include "arrow/io/caching.h"
#include "cloud/place_error.h"

namespace feast::scan {

using arrow::io::ReadRange;

namespace {

/// As much of a file's end as is read for its footer: most footers fit, and small files as a whole.
constexpr int64_t kEndBytes = 64 << 10;

}  // namespace

/// Ranges on their way or arrived. Their bytes are held as long as this object lives.
class FetchedRanges {
 public:
  FetchedRanges(std::shared_ptr<arrow::io::RandomAccessFile> file, std::vector<ReadRange> ranges)
      : ranges_(std::move(ranges)),
        cache_(file, file->io_context(), arrow::io::CacheOptions::Defaults()),
        started_(cache_.Cache(ranges_)) {}

  // Only whole ranges: the cache refuses what crosses two of them. Ranges of which the requests could not be started
  // hold nothing, and reads of them go to the file.
  bool Holds(const ReadRange& range) const {
    return started_.ok() &&
           std::any_of(ranges_.begin(), ranges_.end(), [&](const ReadRange& held) { return held.Contains(range); });
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(const ReadRange& range) { return cache_.Read(range); }

 private:
  std::vector<ReadRange> ranges_;
  arrow::io::internal::ReadRangeCache cache_;
  arrow::Status started_;
};

arrow::Result<std::shared_ptr<RemoteFile>> RemoteFile::Open(std::shared_ptr<arrow::io::RandomAccessFile> file) {
  std::shared_ptr<RemoteFile> opened(new RemoteFile(std::move(file)));
  ARROW_ASSIGN_OR_RAISE(opened->size_, opened->file_->GetSize());
  if (opened->size_ == 0) return opened;
  const int64_t bytes = std::min(opened->size_, kEndBytes);
  opened->end_start_ = opened->size_ - bytes;
  ARROW_ASSIGN_OR_RAISE(opened->end_, opened->file_->ReadAt(opened->end_start_, bytes));
  return opened;
}

void RemoteFile::TrimEnd(int64_t position) {
  if (!end_) return;
  const int64_t kept = std::clamp<int64_t>(position - end_start_, 0, end_->size());
  // A copy, so that the rest is given back.
  end_ = kept == 0 ? nullptr : arrow::Buffer::FromString(end_->ToString().substr(0, static_cast<size_t>(kept)));
}

ReadRange RemoteFile::BeforeEnd(ReadRange range) const {
  // What reaches beyond what is held, as after TrimEnd, is read from the file as a whole.
  if (end_ && range.offset + range.length > end_start_ && range.offset + range.length <= end_start_ + end_->size()) {
    range.length = std::max<int64_t>(0, end_start_ - range.offset);
  }
  return range;
}

// Weak pointers: bytes live as long as those who asked for them, and this file keeps none alive. What is returned keeps
// them for the time of a read.
std::shared_ptr<FetchedRanges> RemoteFile::Holder(const ReadRange& range) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const std::weak_ptr<FetchedRanges>& weak : fetched_) {
    auto fetched = weak.lock();
    if (fetched && fetched->Holds(range)) return fetched;
  }
  return nullptr;
}

std::shared_ptr<FetchedRanges> RemoteFile::Fetch(std::vector<ReadRange> ranges) {
  // As reads of them will be cut, or no read would find its range.
  for (ReadRange& range : ranges) range = BeforeEnd(range);
  // What a damaged file says lies outside it is left to the reader to find.
  std::erase_if(ranges, [&](const ReadRange& range) {
    return range.offset < 0 || range.length <= 0 || range.offset > size_ - range.length || Holder(range) != nullptr;
  });
  const auto by_offset = [](const ReadRange& a, const ReadRange& b) { return a.offset < b.offset; };
  std::sort(ranges.begin(), ranges.end(), by_offset);
  ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
  if (ranges.empty()) return nullptr;
  // Two threads may fetch the same range at once, between Holder and here: twice the bytes, but nothing wrong. The
  // requests start without the lock.
  auto fetched = std::make_shared<FetchedRanges>(file_, std::move(ranges));
  const std::lock_guard<std::mutex> lock(mutex_);
  std::erase_if(fetched_, [](const std::weak_ptr<FetchedRanges>& weak) { return weak.expired(); });
  fetched_.push_back(fetched);
  return fetched;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> RemoteFile::ReadBeforeEnd(const ReadRange& range) {
  const auto fetched = Holder(range);
  ARROW_ASSIGN_OR_RAISE(auto bytes, fetched ? fetched->Read(range) : file_->ReadAt(range.offset, range.length));
  // A short answer taken for the end of the file would give values of whatever was in memory.
  if (bytes->size() == range.length) return bytes;
  return PlaceError(PlaceTrouble::kUnreachable, "The store gave " + std::to_string(bytes->size()) + " bytes of " +
                                                    std::to_string(range.length) +
                                                    ". Try again, and check gateways in front of it.");
}

arrow::Result<std::shared_ptr<arrow::Buffer>> RemoteFile::ReadAt(int64_t position, int64_t bytes) {
  const ReadRange before = BeforeEnd({position, bytes});
  if (before.length == bytes) return ReadBeforeEnd(before);
  if (before.length == 0) return arrow::SliceBuffer(end_, position - end_start_, bytes);
  ARROW_ASSIGN_OR_RAISE(const auto first, ReadBeforeEnd(before));
  if (first->size() < before.length) return first;
  return arrow::ConcatenateBuffers({first, arrow::SliceBuffer(end_, 0, bytes - before.length)});
}

arrow::Result<int64_t> RemoteFile::ReadAt(int64_t position, int64_t bytes, void* out) {
  ARROW_ASSIGN_OR_RAISE(const auto buffer, ReadAt(position, bytes));
  std::memcpy(out, buffer->data(), static_cast<size_t>(buffer->size()));
  return buffer->size();
}

}  // namespace feast::scan
