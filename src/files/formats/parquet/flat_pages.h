// The pages of one flat column chunk, and their values as they are stored.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "arrow/util/bit_util.h"
#include "arrow/util/bitmap_ops.h"
#include "files/formats/parquet/chunk_stream.h"
#include "files/formats/parquet/delta_packed.h"
#include "files/formats/parquet/flat_column.h"
#include "files/formats/parquet/packed_run_cursor.h"
#include "files/formats/parquet/page_bytes.h"
#include "files/formats/parquet/parquet_calls.h"
#include "files/formats/parquet/row_set.h"
#include "parquet/column_page.h"
#include "parquet/column_reader.h"
#include "parquet/encoding.h"
#include "parquet/exception.h"
#include "parquet/metadata.h"
#include "parquet/properties.h"
#include "parquet/schema.h"

namespace feast::scan {

/// Whether levels in Parquet's run-length encoding are one run of ones, as in every column that could have nulls and
/// has none.
inline bool AreAllOnes(const uint8_t* levels, int64_t bytes, int64_t rows) {
  uint64_t header = 0;
  int64_t at = 0;
  for (int shift = 0; at < bytes && shift < 63; shift += 7) {
    header |= static_cast<uint64_t>(levels[at] & 0x7f) << shift;
    if ((levels[at++] & 0x80) == 0) break;
  }
  const bool is_run = (header & 1) == 0;
  return is_run && at < bytes && levels[at] == 1 && static_cast<int64_t>(header >> 1) >= rows;
}

/// A column chunk as its pages, one at a time.
template <class Physical>
class FlatPages {
 public:
  using Value = typename Physical::c_type;

  /// Gives just the pages with rows of `wanted` unless that is null, and of `stretch`.
  FlatPages(const FlatColumn& column, const RowSet* wanted, const RowStretch& stretch)
      : descriptor_(column.metadata->schema()->Column(column.leaf)),
        wanted_(wanted),
        first_wanted_(stretch.first),
        end_wanted_(stretch.first + stretch.count),
        total_rows_(column.metadata->RowGroup(column.group)->num_rows()),
        bytes_(column.metadata->RowGroup(column.group)->ColumnChunk(column.leaf)->compression()),
        is_sparse_(bytes_.FetchesParts() && IsSparse(column, wanted)),
        stream_(OpenStream(column, is_sparse_ ? wanted : nullptr)),
        pages_(OpenPages(column, stream_)) {
    pages_->set_data_page_filter([this](const parquet::DataPageStats& page) {
      const int64_t end = CheckedEnd(read_rows_, page.num_values);
      // libparquet asks before it reads a page, so that read_rows_ is still where the page begins.
      const bool skip = end <= first_wanted_ || (wanted_ != nullptr && !wanted_->HasAny(read_rows_, end));
      if (skip) {
        read_rows_ = end;
        stream_->SkipNextRead();
      } else if (is_sparse_) {
        stream_->LeaveNextUnread();
      }
      return skip;
    });
  }
  FlatPages(const FlatPages&) = delete;

  /// Goes to the next page. False at the end, when all rows were there.
  bool Next() {
    page_ = next_.page != nullptr ? std::exchange(next_, {}) : Read();
    if (page_.page == nullptr) {
      if (read_rows_ != total_rows_) Damaged("a column has fewer values than its row group has rows");
      return false;
    }
    // The page behind is read first: two decompress together in less time (decisions/001-snappy.md).
    if (bytes_.LooksAhead() && read_rows_ < end_wanted_) next_ = Read();
    SetPage();
    return true;
  }

  int64_t first_row() const { return page_.first_row; }
  int rows() const { return page_.page->num_values(); }
  /// How many of them were decoded, and how many were not.
  int at() const { return at_; }
  int left() const { return page_.page == nullptr ? 0 : rows() - at_; }
  /// A bit for each row of the page, if it has nulls; else null.
  const uint8_t* validity() const { return nulls_ > 0 ? validity_.data() : nullptr; }
  bool is_plain() const { return encoding_ == parquet::Encoding::PLAIN; }
  bool is_dictionary() const { return IsDictionaryEncoded(encoding_); }

  /// One of a plain page's values; `row` counts from the first of the page, which has no nulls.
  Value PlainValue(int64_t row) {
    constexpr int64_t kBytes = sizeof(Value);
    const uint8_t* const place = values_ + row * kBytes;
    if (is_partly_there_) bytes_.Fetch(place - page_bytes_, kBytes);
    Value value;
    std::memcpy(&value, place, kBytes);
    return value;
  }

  /// Whether so few of the page's rows are wanted that looking up each by itself is quickest.
  bool has_few_wanted() const { return page_.has_few_wanted; }
  /// One of a dictionary-encoded page's values, of which few are wanted; `row` as above, and ascending.
  Value EntryValue(int64_t row) {
    const auto fetch = [this](const uint8_t* place, int64_t bytes) { bytes_.Fetch(place - page_bytes_, bytes); };
    const auto position = entries_.At(row, fetch);
    if (!position) Damaged("a page ends early");
    if (*position >= static_cast<uint32_t>(dictionary_size_)) Damaged("a value lies outside its dictionary");
    return dictionary()[*position];
  }

  /// The page's next values; zeros where they are null. `rows` is at most left().
  void Decode(Value* out, int rows) {
    FetchAll();
    if (is_plain() && nulls_ == 0) {
      std::memcpy(out, values_ + static_cast<size_t>(at_) * sizeof(Value), static_cast<size_t>(rows) * sizeof(Value));
      at_ += rows;
      return;
    }
    const int nulls = NullsAmong(rows);
    if (HasWrappingDeltas()) {
      DecodeDeltas(out, rows, nulls);
      at_ += rows;
      return;
    }
    Decoder& decoder = PageDecoder();
    int decoded;
    if (nulls == 0) {
      decoded = decoder.Decode(out, rows);
    } else {
      std::fill_n(out, rows, Value{});
      decoded = decoder.DecodeSpaced(out, rows, nulls, validity_.data(), at_);
    }
    if (decoded != rows) Damaged("a page ends early");
    at_ += rows;
  }

  /// The same of a dictionary-encoded page, as positions in the dictionary, each inside it; 0 where values are null.
  void DecodePositions(int32_t* out, int rows) {
    if (!is_dictionary()) Damaged("a page is not encoded by dictionary, although the footer says so");
    FetchAll();
    parquet::DictDecoder<Physical>& decoder = Dictionary();
    if (at_ == 0) decoder.SetData(this->rows(), values_, values_bytes_);
    const int nulls = NullsAmong(rows), present = rows - nulls;
    if (decoder.DecodeIndices(present, out) != present) Damaged("a page ends early");
    // The upper bit of one that lies outside is set, either its own or that of what it leaves of the greatest.
    // One test for the whole page, without a branch for each row. An empty dictionary gives the greatest number of 32
    // bits, whose upper bit is set as well.
    const uint32_t greatest = static_cast<uint32_t>(dictionary_size_) - 1;
    uint32_t bits = present > 0 ? greatest : 0;
    for (int i = 0; i < present; ++i)
      bits |= static_cast<uint32_t>(out[i]) | (greatest - static_cast<uint32_t>(out[i]));
    if (bits >> 31 != 0) Damaged("a value lies outside its dictionary");
    // From the end, since values move up: a place is read before it is written.
    for (int row = rows - 1, from = present - 1; nulls > 0 && row >= 0; --row) {
      out[row] = arrow::bit_util::GetBit(validity_.data(), at_ + row) ? out[from--] : 0;
    }
    at_ += rows;
  }
  /// Goes past the next `rows` of the page.
  void Skip(int rows) {
    if (is_plain() && nulls_ == 0) {
      at_ += rows;
    } else {
      std::vector<Value> skipped(rows);
      Decode(skipped.data(), rows);
    }
  }

  const Value* dictionary() const { return reinterpret_cast<const Value*>(dictionary_buffer_->data()); }
  /// The same, of dictionary_size() values or a little more.
  const std::shared_ptr<arrow::Buffer>& dictionary_buffer() const { return dictionary_buffer_; }
  int32_t dictionary_size() const { return dictionary_size_; }

 private:
  using Decoder = typename parquet::EncodingTraits<Physical>::Decoder;

  /// As it is stored.
  struct StoredPage {
    std::shared_ptr<parquet::DataPage> page = nullptr;
    int64_t first_row = 0;
    bool has_few_wanted = false;
  };

  /// Whether so few values are wanted that one read for each takes less time than reading everything.
  static bool IsSparse(const FlatColumn& column, const RowSet* wanted) {
    constexpr int64_t kBytesForEach = 16 << 10;
    const auto chunk = column.metadata->RowGroup(column.group)->ColumnChunk(column.leaf);
    return wanted != nullptr && !column.read_whole && wanted->size() < chunk->total_compressed_size() / kBytesForEach;
  }

  /// `sparse`: what is wanted, if pages are left unread; else null.
  static std::shared_ptr<ChunkStream> OpenStream(const FlatColumn& column, const RowSet* sparse) {
    PARQUET_ASSIGN_OR_THROW(const int64_t file_bytes, column.file->GetSize());
    const auto range = ChunkRange(*column.metadata, column.group, column.leaf, file_bytes);
    constexpr int64_t kReadAheadMin = 32 << 10, kMostPagesWanted = 256 << 10;
    // What has to come from a disk first then comes in one go: a hint, which may fail.
    if (sparse != nullptr && sparse->size() >= range.length / kMostPagesWanted) {
      static_cast<void>(column.file->WillNeed({range}));
    }
    return std::make_shared<ChunkStream>(column.file, range,
                                         column.read_whole   ? range.length
                                         : sparse != nullptr ? 0
                                                             : kReadAheadMin);
  }

  /// Pages as they are stored: what decompresses them is PageBytes.
  static std::unique_ptr<parquet::PageReader> OpenPages(const FlatColumn& column, std::shared_ptr<ChunkStream> stream) {
    // Before this version Arrow compressed pages of the second kind without saying so.
    const bool always_compressed =
        column.metadata->writer_version().VersionLt(parquet::ApplicationVersion::PARQUET_CPP_10353_FIXED_VERSION());
    const auto chunk = column.metadata->RowGroup(column.group)->ColumnChunk(column.leaf);
    return parquet::PageReader::Open(std::move(stream), chunk->num_values(), parquet::Compression::UNCOMPRESSED,
                                     parquet::default_reader_properties(),
                                     *column.metadata->schema()->Column(column.leaf), always_compressed);
  }

  int64_t CheckedEnd(int64_t first, int64_t values) const {
    if (values < 0 || values > total_rows_ - first) {
      Damaged("a column has more values than its row group has rows");
    }
    return first + values;
  }

  /// What decodes positions in the dictionary.
  parquet::DictDecoder<Physical>& Dictionary() {
    if (dictionary_ == nullptr) Damaged("a page is encoded by a dictionary that is not there");
    return *dictionary_;
  }

  /// The same, knowing the values too: it copies them.
  parquet::DictDecoder<Physical>& FullDictionary() {
    parquet::DictDecoder<Physical>& decoder = Dictionary();
    if (!has_set_dictionary_) {
      Decoder& plain = DecoderOf(parquet::Encoding::PLAIN);
      plain.SetData(dictionary_size_, dictionary_buffer_->data(), dictionary_size_ * static_cast<int>(sizeof(Value)));
      decoder.SetDict(&plain);
      has_set_dictionary_ = true;
    }
    return decoder;
  }

  /// Where the page's values go on.
  Decoder& PageDecoder() {
    Decoder& decoder = is_dictionary() ? static_cast<Decoder&>(FullDictionary()) : DecoderOf(encoding_);
    if (at_ == 0) decoder.SetData(rows(), values_, values_bytes_);
    return decoder;
  }

  /// Differences of 32-bit numbers, which some writers take in 64 bits.
  bool HasWrappingDeltas() const {
    return encoding_ == parquet::Encoding::DELTA_BINARY_PACKED && std::is_same_v<Value, int32_t>;
  }

  void DecodeDeltas(Value* out, int rows, int nulls) {
    if (at_ == 0) deltas_ = DeltaPackedNumbers(values_, values_bytes_);
    const auto is_null = [&](int row) { return nulls > 0 && !arrow::bit_util::GetBit(validity_.data(), at_ + row); };
    for (int row = 0; row < rows; ++row) out[row] = is_null(row) ? Value{} : static_cast<Value>(deltas_.Next());
  }

  int NullsAmong(int rows) const {
    if (nulls_ == 0) return 0;
    return rows - static_cast<int>(arrow::internal::CountSetBits(validity_.data(), at_, rows));
  }

  Decoder& DecoderOf(parquet::Encoding::type encoding) {
    auto& decoder = decoders_[encoding];
    if (decoder == nullptr) decoder = parquet::MakeTypedDecoder<Physical>(encoding, descriptor_);
    return *decoder;
  }

  /// The next data page, or none at the end.
  StoredPage Read() {
    while (auto page = pages_->NextPage()) {
      if (page->type() == parquet::PageType::DICTIONARY_PAGE) {
        if (dictionary_page_ != nullptr || dictionary_ != nullptr) Damaged("a column has two dictionaries");
        dictionary_page_ = std::static_pointer_cast<parquet::DictionaryPage>(page);
      } else if (page->type() == parquet::PageType::DATA_PAGE || page->type() == parquet::PageType::DATA_PAGE_V2) {
        StoredPage read{std::static_pointer_cast<parquet::DataPage>(page), read_rows_};
        read_rows_ = CheckedEnd(read_rows_, read.page->num_values());
        read.has_few_wanted = HasFewWanted(read);
        return read;
      }
    }
    return {};
  }

  void OpenDictionary() {
    const parquet::DictionaryPage& page = *dictionary_page_;
    if (page.encoding() != parquet::Encoding::PLAIN && page.encoding() != parquet::Encoding::PLAIN_DICTIONARY) {
      Damaged("a dictionary is not stored plainly");
    }
    const int64_t bytes = int64_t{page.num_values()} * static_cast<int64_t>(sizeof(Value));
    if (bytes < 0) Damaged("a dictionary ends early");
    dictionary_buffer_ = bytes_.Of(page, bytes);
    if (dictionary_buffer_->size() < bytes) Damaged("a dictionary ends early");
    // A page may start at any byte of the file.
    if (reinterpret_cast<uintptr_t>(dictionary_buffer_->data()) % alignof(Value) != 0) {
      PARQUET_ASSIGN_OR_THROW(dictionary_buffer_, dictionary_buffer_->CopySlice(0, bytes));
    }
    dictionary_size_ = page.num_values();
    dictionary_ = parquet::MakeDictDecoder<Physical>(descriptor_);
    dictionary_page_ = nullptr;
  }

  void SetPage() {
    const parquet::DataPage& page = *page_.page;
    at_ = nulls_ = 0;
    encoding_ = page.encoding();
    if (is_dictionary() && dictionary_page_ != nullptr) OpenDictionary();
    is_partly_there_ = IsEnoughPartly(page_);
    const WantedPage next = WantedOf(next_);
    page_bytes_ = bytes_.Of(WantedOf(page_), next.page != nullptr ? &next : nullptr);
    values_ = page_bytes_;
    values_bytes_ = static_cast<int>(bytes_.size());
    if (descriptor_->max_definition_level() == 1) {
      const int levels_bytes = page.type() == parquet::PageType::DATA_PAGE
                                   ? SetLevels(static_cast<const parquet::DataPageV1&>(page))
                                   : SetLevels(static_cast<const parquet::DataPageV2&>(page));
      values_ += levels_bytes;
      values_bytes_ -= levels_bytes;
    }
    const int64_t needed = static_cast<int64_t>(rows() - nulls_) * static_cast<int64_t>(sizeof(Value));
    if (values_bytes_ < 0 || (is_plain() && values_bytes_ < needed)) Damaged("a page ends early");
    if (page_.has_few_wanted && is_dictionary() && nulls_ == 0) OpenEntries();
  }

  /// How many bits a position in the dictionary takes comes first.
  void OpenEntries() {
    constexpr int kBitWidthMax = 32;
    if (values_bytes_ == 0) Damaged("a page ends early");
    bytes_.Fetch(values_ - page_bytes_, 1);
    if (*values_ > kBitWidthMax) Damaged("a page's positions are too wide");
    entries_ = PackedRunCursor(values_ + 1, values_bytes_ - 1, *values_);
  }

  static bool IsDictionaryEncoded(parquet::Encoding::type encoding) {
    return encoding == parquet::Encoding::RLE_DICTIONARY || encoding == parquet::Encoding::PLAIN_DICTIONARY;
  }

  bool HasFewWanted(const StoredPage& page) const {
    constexpr int64_t kRowsForEach = 32;
    const int64_t rows = page.page->num_values();
    return wanted_ != nullptr &&
           (wanted_->Rank(page.first_row + rows) - wanted_->Rank(page.first_row)) * kRowsForEach < rows;
  }

  static bool IsEnoughPartly(const StoredPage& page) {
    const parquet::Encoding::type encoding = page.page->encoding();
    return page.has_few_wanted && (encoding == parquet::Encoding::PLAIN || IsDictionaryEncoded(encoding));
  }

  /// Values behind the last one that is wanted will not be asked for.
  WantedPage WantedOf(const StoredPage& stored) const {
    if (stored.page == nullptr || !IsEnoughPartly(stored)) return {stored.page.get()};
    int64_t bytes = stored.page->uncompressed_size();
    const bool is_plain = stored.page->encoding() == parquet::Encoding::PLAIN;
    if (is_plain) {
      const int64_t end = stored.first_row + stored.page->num_values();
      const int64_t unwanted_rows = end - 1 - wanted_->LastBefore(end);
      bytes -= unwanted_rows * static_cast<int64_t>(sizeof(Value));
    }
    return {stored.page.get(), true, bytes, is_plain};
  }

  void FetchAll() {
    if (is_partly_there_) bytes_.Fetch(0, bytes_.size());
    is_partly_there_ = false;
  }

  int SetLevels(const parquet::DataPageV1& page) {
    const bool has_length = page.definition_level_encoding() == parquet::Encoding::RLE;
    if (is_partly_there_) has_length ? FetchLevels() : FetchAll();
    const int bytes = levels_decoder_.SetData(page.definition_level_encoding(), 1, rows(), values_, values_bytes_);
    constexpr int kLengthBytes = 4;
    const bool is_rle = has_length && bytes >= kLengthBytes;
    if (!is_rle || !AreAllOnes(values_ + kLengthBytes, bytes - kLengthBytes, rows())) DecodeLevels();
    return bytes;
  }

  /// Their length comes first.
  void FetchLevels() {
    int32_t length = 0;
    if (bytes_.size() < static_cast<int64_t>(sizeof(length))) return;
    bytes_.Fetch(0, sizeof(length));
    std::memcpy(&length, values_, sizeof(length));
    const int64_t there = bytes_.size() - static_cast<int64_t>(sizeof(length));
    bytes_.Fetch(sizeof(length), std::clamp<int64_t>(length, 0, there));
  }

  int SetLevels(const parquet::DataPageV2& page) {
    const int skipped = page.repetition_levels_byte_length(), bytes = page.definition_levels_byte_length();
    if (skipped < 0 || bytes < 0 || int64_t{skipped} + bytes > values_bytes_) Damaged("a page ends early");
    if (!AreAllOnes(values_ + skipped, bytes, rows())) {
      levels_decoder_.SetDataV2(bytes, 1, rows(), values_ + skipped);
      DecodeLevels();
    }
    return skipped + bytes;
  }

  void DecodeLevels() {
    levels_.resize(rows());
    if (levels_decoder_.Decode(rows(), levels_.data()) != rows()) Damaged("a page ends early");
    validity_.assign(arrow::bit_util::BytesForBits(rows()), 0);
    for (int i = 0; i < rows(); ++i) {
      validity_[i / 8] |= static_cast<uint8_t>(levels_[i] << (i % 8));
      nulls_ += levels_[i] == 0;
    }
  }

  const parquet::ColumnDescriptor* descriptor_;
  const RowSet* const wanted_;
  const int64_t first_wanted_, end_wanted_;
  const int64_t total_rows_;
  PageBytes bytes_;
  /// Pages are left unread, and looked at in places.
  const bool is_sparse_;
  const std::shared_ptr<ChunkStream> stream_;
  std::unique_ptr<parquet::PageReader> pages_;
  /// The current one, whose bytes values are decoded from, and at times the one behind it.
  StoredPage page_, next_;
  parquet::LevelDecoder levels_decoder_;
  std::map<parquet::Encoding::type, std::unique_ptr<Decoder>> decoders_;
  /// Until a page is met that needs it.
  std::shared_ptr<parquet::DictionaryPage> dictionary_page_;
  std::unique_ptr<parquet::DictDecoder<Physical>> dictionary_;
  bool has_set_dictionary_ = false;
  /// The values.
  std::shared_ptr<arrow::Buffer> dictionary_buffer_;
  int32_t dictionary_size_ = 0;

  /// Of all pages read or skipped.
  int64_t read_rows_ = 0;
  int at_ = 0, nulls_ = 0;
  parquet::Encoding::type encoding_ = parquet::Encoding::PLAIN;
  const uint8_t* page_bytes_ = nullptr;
  /// Of the page, behind its levels.
  const uint8_t* values_ = nullptr;
  int values_bytes_ = 0;
  /// Of its bytes just those that were fetched are there.
  bool is_partly_there_ = false;
  PackedRunCursor entries_;
  DeltaPackedNumbers deltas_;
  std::vector<int16_t> levels_;
  std::vector<uint8_t> validity_;
};

}  // namespace feast::scan
