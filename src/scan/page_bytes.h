// The bytes of one page after another, decompressed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/util/compression.h"
#include "parquet/column_page.h"
#include "parquet/types.h"
#include "scan/snappy_decoder.h"

namespace feast::scan {

/// Pages come as they are stored. Memory is used again for the next page, so that what is decoded is still in the
/// processor's cache. Damage is thrown as libparquet throws it. For one thread.
class PageBytes {
 public:
  /// The codec of the column chunk.
  explicit PageBytes(parquet::Compression::type codec);

  /// Levels and values of a data page, valid until the next call.
  const uint8_t* Of(const parquet::DataPage& page);
  /// The same for who needs few of them: just those that Fetch was asked for are there.
  const uint8_t* PartlyOf(const parquet::DataPage& page);
  /// Sees to it that `bytes` from `offset` on of the page are there.
  void Fetch(int64_t offset, int64_t bytes);
  /// A dictionary, whose values take `bytes`; valid as long as this.
  const uint8_t* Of(const parquet::DictionaryPage& page, int64_t bytes);
  /// How many bytes there are of what was asked for last.
  int64_t size() const { return size_; }

 private:
  struct Memory {
    std::shared_ptr<arrow::Buffer> buffer;

    uint8_t* ForBytes(int64_t count);
  };

  const uint8_t* Of(const parquet::DataPage& page, bool partly);
  const uint8_t* Decompressed(const parquet::Page& page, int64_t skipped, int64_t bytes, Memory* memory, bool partly);

  const parquet::Compression::type codec_type_;
  /// Null for what is stored as it is.
  std::unique_ptr<arrow::util::Codec> codec_;
  Memory page_, dictionary_;
  /// Of an uncompressed page or dictionary.
  std::shared_ptr<arrow::Buffer> stored_page_, stored_dictionary_;
  int64_t size_ = 0;
  /// What of the page is not there.
  std::vector<SnappyLiteral> left_out_;
};

}  // namespace feast::scan
