#include "files/formats/parquet/page_bytes.h"

#include <algorithm>
#include <utility>

#include "arrow/buffer.h"
#include "parquet/exception.h"

namespace feast::scan {
namespace {

void CheckDecompressed(bool good) {
  if (!good) throw parquet::ParquetException("a page does not decompress");
}

/// Those of a page of the second kind come first, and are not compressed.
int64_t LevelsBytes(const parquet::DataPage& page) {
  if (page.type() != parquet::PageType::DATA_PAGE_V2) return 0;
  const auto& second = static_cast<const parquet::DataPageV2&>(page);
  return int64_t{second.repetition_levels_byte_length()} + second.definition_levels_byte_length();
}

UnreadBuffer* AsUnread(const parquet::DataPage& page) { return dynamic_cast<UnreadBuffer*>(page.buffer().get()); }

void CheckLevels(int64_t levels, const parquet::Page& page, int64_t bytes) {
  if (levels < 0 || levels > page.size() || levels > bytes) throw parquet::ParquetException("a page ends early");
}

}  // namespace

PageBytes::PageBytes(parquet::Compression::type codec) : codec_type_(codec), codec_(parquet::GetCodec(codec)) {}

// What a page leaves is used for the next, which is in the cache then. Nobody holds on to it: values are copied out
// before the next page is asked for.
uint8_t* PageBytes::Memory::ForBytes(int64_t count) {
  if (buffer == nullptr || buffer->size() < count) {
    PARQUET_ASSIGN_OR_THROW(buffer, arrow::AllocateBuffer(count));
  }
  return buffer->mutable_data();
}

bool PageBytes::IsCompressed(const parquet::DataPage& page) const {
  if (codec_ == nullptr || page.type() != parquet::PageType::DATA_PAGE_V2) return codec_ != nullptr;
  // A page of nulls alone has nothing to compress.
  return static_cast<const parquet::DataPageV2&>(page).is_compressed() && LevelsBytes(page) < page.size();
}

SnappyPiece PageBytes::PieceOf(const WantedPage& wanted, Opened* opened) {
  const parquet::DataPage& page = *wanted.page;
  const int64_t levels = LevelsBytes(page), bytes = page.uncompressed_size();
  // All lengths are the file's word until here; below they are sizes of memory.
  CheckLevels(levels, page, bytes);
  opened->page = &page;
  // Levels are always needed. What is likely to be asked for is a guess, which Fetch makes good.
  opened->there = wanted.are_few ? std::clamp(wanted.likely_bytes, levels, bytes) : bytes;
  opened->left_out.clear();
  uint8_t* const out = opened->memory.ForBytes(bytes);
  std::copy_n(page.data(), levels, out);
  return {.in = page.data() + levels,
          .in_bytes = page.size() - levels,
          .out = out + levels,
          .out_bytes = bytes - levels,
          .wanted_bytes = opened->there - levels,
          .left_out = wanted.are_few ? &opened->left_out : nullptr};
}

/// The first `skipped` bytes of the page are not compressed.
void PageBytes::Decompress(const parquet::Page& page, int64_t skipped, uint8_t* out, int64_t bytes) {
  CheckLevels(skipped, page, bytes);
  std::copy_n(page.data(), skipped, out);
  const auto decompressed =
      codec_->Decompress(page.size() - skipped, page.data() + skipped, bytes - skipped, out + skipped);
  if (!decompressed.ok()) throw parquet::ParquetException(decompressed.status().message());
  CheckDecompressed(*decompressed == bytes - skipped);
}

void PageBytes::FetchStored(const uint8_t* place, int64_t bytes) {
  if (unread_ != nullptr) PARQUET_THROW_NOT_OK(unread_->Fetch(place, bytes));
}

void PageBytes::FetchAllStored() {
  FetchStored(stored_page_->data(), stored_page_->size());
  unread_ = nullptr;
}

bool PageBytes::FindLiterals(const WantedPage& wanted) {
  return FindSnappyLiterals(PieceOf(wanted, &page_),
                            [this](const uint8_t* place, int64_t bytes) { FetchStored(place, bytes); });
}

const uint8_t* PageBytes::AsLiteral(const parquet::DataPage& page) {
  uint8_t* const out = page_.memory.ForBytes(size_);
  page_.left_out.push_back({out, out + size_, page.data()});
  std::copy_n(page.data(), LevelsBytes(page), out);
  return out;
}

const uint8_t* PageBytes::Of(const WantedPage& wanted, const WantedPage* next) {
  const parquet::DataPage& page = *wanted.page;
  stored_page_ = page.buffer();
  unread_ = AsUnread(page);
  // Values that are found by their place alone can be read one by one. A page whose values follow from those before is
  // read whole.
  if (unread_ != nullptr && wanted.are_few && wanted.are_apart) {
    CheckLevels(LevelsBytes(page), page, page.uncompressed_size());
    FetchStored(page.data(), LevelsBytes(page));
  } else {
    FetchAllStored();
  }
  if (!IsCompressed(page)) {
    page_.there = size_ = page.size();
    page_.left_out.clear();
    return unread_ == nullptr ? page.data() : AsLiteral(page);
  }
  size_ = page.uncompressed_size();
  // The page was decompressed together with the one before: pages come in the order in which they were announced. An
  // announced page is compressed and at hand, so neither of the ways out above is taken.
  if (std::exchange(is_next_there_, false)) {
    std::swap(page_, next_);
  } else if (codec_type_ != parquet::Compression::SNAPPY) {
    page_.there = size_;
    Decompress(page, LevelsBytes(page), page_.memory.ForBytes(size_), size_);
  } else if (unread_ == nullptr || !FindLiterals(wanted)) {
    FetchAllStored();
    // FindLiterals may have failed half way; this starts anew, and left_out with it.
    const SnappyPiece piece = PieceOf(wanted, &page_);
    is_next_there_ = next != nullptr && IsCompressed(*next->page) && AsUnread(*next->page) == nullptr;
    CheckDecompressed(is_next_there_ ? DecompressSnappy(piece, PieceOf(*next, &next_)) : DecompressSnappy(piece));
  }
  return page_.memory.buffer->data();
}

void PageBytes::Fetch(int64_t offset, int64_t bytes) {
  // More is wanted than was likely. From the start again, since a decoder keeps no place to go on from; but never
  // twice, for all of the page is there afterwards.
  if (offset + bytes > page_.there) {
    FetchAllStored();
    CheckDecompressed(DecompressSnappy(PieceOf({page_.page, true, size_}, &page_)));
  }
  if (page_.left_out.empty()) return;
  uint8_t* const first = page_.memory.buffer->mutable_data() + offset;
  uint8_t* const last = first + bytes;
  // Literals are noted in the order of the output and do not overlap.
  auto literal = std::partition_point(page_.left_out.begin(), page_.left_out.end(),
                                      [first](const SnappyLiteral& before) { return before.end <= first; });
  for (; literal != page_.left_out.end() && literal->begin < last; ++literal) {
    const SnappyLiteral part = literal->Part(first, last);
    // What was copied before is copied again: callers ask for nearly every byte once.
    FetchStored(part.in, part.bytes());
    part.Copy();
  }
}

std::shared_ptr<arrow::Buffer> PageBytes::Of(const parquet::DictionaryPage& page, int64_t bytes) {
  if (codec_ == nullptr) return page.buffer();
  // Memory of its own, for arrays share a dictionary for as long as they live.
  PARQUET_ASSIGN_OR_THROW(std::shared_ptr<arrow::Buffer> values, arrow::AllocateBuffer(bytes));
  uint8_t* const out = values->mutable_data();
  if (codec_type_ == parquet::Compression::SNAPPY) {
    CheckDecompressed(DecompressSnappy({page.data(), page.size(), out, bytes, bytes}));
  } else {
    Decompress(page, 0, out, bytes);
  }
  return values;
}

}  // namespace feast::scan
