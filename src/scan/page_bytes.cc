#include "scan/page_bytes.h"

#include <algorithm>

#include "arrow/buffer.h"
#include "parquet/exception.h"
#include "scan/snappy_decoder.h"

namespace feast::scan {

PageBytes::PageBytes(parquet::Compression::type codec) : codec_type_(codec), codec_(parquet::GetCodec(codec)) {}

uint8_t* PageBytes::Memory::ForBytes(int64_t count) {
  if (capacity < count) {
    bytes = std::make_unique_for_overwrite<uint8_t[]>(static_cast<size_t>(count));
    capacity = count;
  }
  return bytes.get();
}

/// The first `skipped` bytes of the page are not compressed.
const uint8_t* PageBytes::Decompressed(const parquet::Page& page, int64_t skipped, int64_t bytes, Memory* memory) {
  if (skipped < 0 || skipped > page.size() || skipped > bytes) throw parquet::ParquetException("a page ends early");
  uint8_t* const out = memory->ForBytes(bytes);
  std::copy_n(page.data(), skipped, out);
  const uint8_t* const in = page.data() + skipped;
  const int64_t in_bytes = page.size() - skipped, out_bytes = bytes - skipped;
  bool good;
  if (codec_type_ == parquet::Compression::SNAPPY) {
    good = DecompressSnappy(in, in_bytes, out + skipped, out_bytes);
  } else {
    const auto decompressed = codec_->Decompress(in_bytes, in, out_bytes, out + skipped);
    if (!decompressed.ok()) throw parquet::ParquetException(decompressed.status().message());
    good = *decompressed == out_bytes;
  }
  if (!good) throw parquet::ParquetException("a page does not decompress");
  return out;
}

const uint8_t* PageBytes::Of(const parquet::DataPage& page) {
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
    return Decompressed(page, levels_bytes, size_, &page_);
  }
  stored_page_ = page.buffer();
  size_ = page.size();
  return page.data();
}

const uint8_t* PageBytes::Of(const parquet::DictionaryPage& page, int64_t bytes) {
  if (codec_ != nullptr) {
    size_ = bytes;
    return Decompressed(page, 0, bytes, &dictionary_);
  }
  stored_dictionary_ = page.buffer();
  size_ = page.size();
  return page.data();
}

}  // namespace feast::scan
