// The bytes of one page after another, decompressed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/util/compression.h"
#include "files/formats/parquet/snappy_decoder.h"
#include "files/formats/parquet/unread_buffer.h"
#include "parquet/column_page.h"
#include "parquet/types.h"

namespace feast::scan {

/// A data page, and which of its bytes are needed.
struct WantedPage {
  const parquet::DataPage* page;
  /// So few that Fetch is asked for each; else all.
  bool are_few = false;
  /// Of few, behind how many no more are likely to be asked for.
  int64_t likely_bytes = 0;
  /// Of few, whether they are found without looking at what comes before them.
  bool are_apart = false;
};

/// Pages come as they are stored, or in an UnreadBuffer where FetchesParts. Memory is used again for later pages, so
/// that what is decoded is still in the processor's cache. Damage is thrown as libparquet throws it. For one thread.
class PageBytes {
 public:
  /// The codec of the column chunk.
  explicit PageBytes(parquet::Compression::type codec);

  /// Levels and values of a data page, valid until the next call, until when the page is to live. `next` may say what
  /// will be asked for then: two pages take less time together.
  const uint8_t* Of(const WantedPage& wanted, const WantedPage* next);
  /// Whether Of would look at `next`.
  bool LooksAhead() const { return codec_type_ == parquet::Compression::SNAPPY && !is_next_there_; }
  /// Whether a page of which little is wanted need not be read whole.
  bool FetchesParts() const { return codec_ == nullptr || codec_type_ == parquet::Compression::SNAPPY; }
  /// Sees to it that `bytes` from `offset` on of the page are there.
  void Fetch(int64_t offset, int64_t bytes);
  /// A dictionary, whose values take `bytes`.
  std::shared_ptr<arrow::Buffer> Of(const parquet::DictionaryPage& page, int64_t bytes);
  /// How many bytes there are of what was asked for last.
  int64_t size() const { return size_; }

 private:
  struct Memory {
    std::shared_ptr<arrow::Buffer> buffer;

    uint8_t* ForBytes(int64_t count);
  };
  /// A compressed page with what was decompressed of it.
  struct Opened {
    const parquet::DataPage* page = nullptr;
    Memory memory;
    /// So many bytes from the first on are there, but for what was left out of them.
    int64_t there = 0;
    std::vector<SnappyLiteral> left_out;
  };

  bool IsCompressed(const parquet::DataPage& page) const;
  static SnappyPiece PieceOf(const WantedPage& wanted, Opened* opened);
  /// Sees to it that these bytes of the stored page are there.
  void FetchStored(const uint8_t* place, int64_t bytes);
  void FetchAllStored();
  /// Whether what is wanted of the page, which was not read, stands in literals, which page_.left_out then are.
  bool FindLiterals(const WantedPage& wanted);
  /// Where the values of a page that is not compressed will be, which is all left out.
  const uint8_t* AsLiteral(const parquet::DataPage& page);
  void Decompress(const parquet::Page& page, int64_t skipped, uint8_t* out, int64_t bytes);

  const parquet::Compression::type codec_type_;
  /// Null for what is stored as it is.
  std::unique_ptr<arrow::util::Codec> codec_;
  Opened page_, next_;
  bool is_next_there_ = false;
  /// As it is in the file.
  std::shared_ptr<arrow::Buffer> stored_page_;
  /// The same, if not all of it is there; else null.
  UnreadBuffer* unread_ = nullptr;
  int64_t size_ = 0;
};

}  // namespace feast::scan
