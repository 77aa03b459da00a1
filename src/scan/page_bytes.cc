#include "scan/page_bytes.h"

#include <algorithm>

#include "arrow/buffer.h"
#include "parquet/exception.h"

namespace feast::scan {

PageBytes::PageBytes(parquet::Compression::type codec) : codec_type_(codec), codec_(parquet::GetCodec(codec)) {}

uint8_t* PageBytes::Memory::ForBytes(int64_t count) {
  if (buffer == nullptr || buffer->size() < count) {
    PARQUET_ASSIGN_OR_THROW(buffer, arrow::AllocateBuffer(count));
  }
  return buffer->mutable_data();
}

/// The first `skipped` bytes of the page are not compressed.
const uint8_t* PageBytes::Decompressed(const parquet::Page& page, int64_t skipped, int64_t bytes, Memory* memory,
                                       bool partly) {
  if (skipped < 0 || skipped > page.size() || skipped > bytes) throw parquet::ParquetException("a page ends early");
  uint8_t* const out = memory->ForBytes(bytes);
  std::copy_n(page.data(), skipped, out);
  const uint8_t* const in = page.data() + skipped;
  const int64_t in_bytes = page.size() - skipped, out_bytes = bytes - skipped;
  bool good;
  if (codec_type_ == parquet::Compression::SNAPPY) {
    good = partly ? DecompressSnappyPartly(in, in_bytes, out + skipped, out_bytes, &left_out_)
                  : DecompressSnappy(in, in_bytes, out + skipped, out_bytes);
  } else {
    const auto decompressed = codec_->Decompress(in_bytes, in, out_bytes, out + skipped);
    if (!decompressed.ok()) throw parquet::ParquetException(decompressed.status().message());
    good = *decompressed == out_bytes;
  }
  if (!good) throw parquet::ParquetException("a page does not decompress");
  return out;
}

const uint8_t* PageBytes::Of(const parquet::DataPage& page) { return Of(page, false); }

const uint8_t* PageBytes::PartlyOf(const parquet::DataPage& page) { return Of(page, true); }

const uint8_t* PageBytes::Of(const parquet::DataPage& page, bool partly) {
  left_out_.clear();
  stored_page_ = page.buffer();
  int64_t levels_bytes = 0;
  bool is_compressed = codec_ != nullptr;
  if (page.type() == parquet::PageType::DATA_PAGE_V2) {
    const auto& second = static_cast<const parquet::DataPageV2&>(page);
    levels_bytes = int64_t{second.repetition_levels_byte_length()} + second.definition_levels_byte_length();
    // A page of nulls alone has nothing to compress.
    is_compressed = is_compressed && second.is_compressed() && levels_bytes < page.size();
  }
  if (is_compressed) {
    size_ = page.uncompressed_size();
    return Decompressed(page, levels_bytes, size_, &page_, partly);
  }
  size_ = page.size();
  return page.data();
}

void PageBytes::Fetch(int64_t offset, int64_t bytes) {
  if (left_out_.empty()) return;
  uint8_t* const first = page_.buffer->mutable_data() + offset;
  uint8_t* const last = first + bytes;
  auto literal = std::partition_point(left_out_.begin(), left_out_.end(),
                                      [first](const SnappyLiteral& before) { return before.end <= first; });
  for (; literal != left_out_.end() && literal->begin < last; ++literal) literal->Copy(first, last);
}

const uint8_t* PageBytes::Of(const parquet::DictionaryPage& page, int64_t bytes) {
  if (codec_ != nullptr) {
    size_ = bytes;
    return Decompressed(page, 0, bytes, &dictionary_, false);
  }
  stored_dictionary_ = page.buffer();
  size_ = page.size();
  return page.data();
}

}  // namespace feast::scan
