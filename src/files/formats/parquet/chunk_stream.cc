#include "files/formats/parquet/chunk_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/buffer.h"
#include "files/formats/parquet/unread_buffer.h"
#include "parquet/metadata.h"

namespace feast::scan {
namespace {

/// What a core's second cache holds beside the pages decoded from it.
constexpr int64_t kReadAheadMax = 256 << 10;
/// Who peeks at a page's header asks for 16 KB, and for twice as much when that was too little; few take more than a
/// hundred bytes.
constexpr int64_t kPeekedPart = 16;

}  // namespace

arrow::io::ReadRange ChunkRange(const parquet::FileMetaData& metadata, int group, int leaf, int64_t file_bytes) {
  const auto chunk = metadata.RowGroup(group)->ColumnChunk(leaf);
  int64_t first = chunk->data_page_offset();
  // Some writers say 0 where there is no dictionary.
  if (chunk->has_dictionary_page() && chunk->dictionary_page_offset() > 0) {
    first = std::min(first, chunk->dictionary_page_offset());
  }
  int64_t bytes = chunk->total_compressed_size();
  if (metadata.writer_version().VersionLt(parquet::ApplicationVersion::PARQUET_816_FIXED_VERSION())) {
    // These forgot to count the header of the dictionary's page, which is shorter than this.
    constexpr int64_t kDictionaryHeaderMax = 100;
    bytes += std::min(kDictionaryHeaderMax, std::max<int64_t>(0, file_bytes - first - bytes));
  }
  return {first, bytes};
}

arrow::Status ChunkStream::Fill(int64_t bytes) {
  bytes = std::min(bytes, end_ - position_);
  const int64_t there = at_hand_ == nullptr ? 0 : at_hand_->size();
  if (there >= bytes) return arrow::Status::OK();
  // Twice as much each time: pages that follow each other are read in few calls, and little is read in vain where the
  // next page is skipped. Never beyond the chunk.
  const int64_t wanted = std::min(std::max(bytes, read_ahead_), end_ - position_);
  read_ahead_ = std::clamp(read_ahead_ * 2, read_ahead_min_, std::max(kReadAheadMax, read_ahead_min_));
  if (there == 0) {
    ARROW_ASSIGN_OR_RAISE(at_hand_, file_->ReadAt(position_, wanted));
  } else {
    // New memory, since pages given out before are slices of the old.
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> joined, arrow::AllocateBuffer(wanted));
    std::memcpy(joined->mutable_data(), at_hand_->data(), static_cast<size_t>(there));
    ARROW_ASSIGN_OR_RAISE(const int64_t got,
                          file_->ReadAt(position_ + there, wanted - there, joined->mutable_data() + there));
    at_hand_ = arrow::SliceBuffer(std::move(joined), 0, there + got);
  }
  // `bytes` ends within the chunk, so only a file that is shorter than its footer says comes here.
  if (at_hand_->size() < bytes) return arrow::Status::IOError("it ends before its footer says");
  return arrow::Status::OK();
}

arrow::Result<std::string_view> ChunkStream::Peek(int64_t bytes) {
  ARROW_RETURN_NOT_OK(Fill(std::max<int64_t>(1, bytes / kPeekedPart)));
  if (at_hand_ == nullptr) return std::string_view();
  const auto* data = reinterpret_cast<const char*>(at_hand_->data());
  return std::string_view(data, std::min(static_cast<size_t>(bytes), static_cast<size_t>(at_hand_->size())));
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ChunkStream::Read(int64_t bytes) {
  bytes = std::min(bytes, end_ - position_);
  if (skip_next_read_) {
    // The page reader takes what it gets without looking: its filter has just said that the page is not wanted.
    skip_next_read_ = false;
    Skip(bytes);
    return std::make_shared<arrow::Buffer>(nullptr, 0);
  }
  const int64_t there = at_hand_ == nullptr ? 0 : at_hand_->size();
  if (std::exchange(leave_next_unread_, false) && there < bytes) {
    ARROW_ASSIGN_OR_RAISE(auto unread, UnreadBuffer::Make(file_, position_, bytes, at_hand_.get()));
    Skip(bytes);
    return unread;
  }
  ARROW_RETURN_NOT_OK(Fill(bytes));
  if (at_hand_ == nullptr) return std::make_shared<arrow::Buffer>(nullptr, 0);
  // A slice owns what it is of, so a page outlives what this stream reads next.
  auto read = arrow::SliceBuffer(at_hand_, 0, bytes);
  at_hand_ = arrow::SliceBuffer(std::move(at_hand_), bytes);
  position_ += bytes;
  return read;
}

arrow::Result<int64_t> ChunkStream::Read(int64_t bytes, void* out) {
  ARROW_ASSIGN_OR_RAISE(const auto read, Read(bytes));
  std::copy_n(read->data(), read->size(), static_cast<uint8_t*>(out));
  return read->size();
}

void ChunkStream::Skip(int64_t bytes) {
  position_ += bytes;
  const int64_t there = at_hand_ == nullptr ? 0 : at_hand_->size();
  if (bytes < there) {
    at_hand_ = arrow::SliceBuffer(std::move(at_hand_), bytes);
  } else {
    // Another may be skipped: what follows is read anew, and in small steps.
    if (bytes > there) read_ahead_ = 0;
    at_hand_ = nullptr;
  }
}

}  // namespace feast::scan
