#include "scan/flat_column.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/buffer.h"
#include "arrow/type.h"
#include "arrow/util/bit_util.h"
#include "arrow/util/bitmap_ops.h"
#include "parquet/column_page.h"
#include "parquet/column_reader.h"
#include "parquet/encoding.h"
#include "parquet/exception.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"
#include "parquet/schema.h"

namespace feast::scan {
namespace {

[[noreturn]] void Damaged(const char* what) { throw parquet::ParquetException(what); }

/// Whether levels in Parquet's run-length encoding are one run of ones, as in every column that could have nulls and
/// has none.
bool AreAllOnes(const uint8_t* levels, int64_t bytes, int64_t rows) {
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

  /// Gives just the pages with rows of `wanted` unless that is null.
  FlatPages(const FlatColumn& column, const RowSet* wanted)
      : descriptor_(column.group->metadata()->schema()->Column(column.leaf)),
        total_rows_(column.group->metadata()->num_rows()),
        pages_(column.group->GetColumnPageReader(column.leaf)) {
    if (wanted == nullptr) return;
    pages_->set_data_page_filter([this, wanted](const parquet::DataPageStats& page) {
      const int64_t last = CheckedEnd(next_row_, page.num_values);
      const bool skip = !wanted->HasAny(next_row_, last);
      if (skip) next_row_ = last;
      return skip;
    });
  }
  FlatPages(const FlatPages&) = delete;

  /// Goes to the next page. False at the end, when all rows were there.
  bool Next() {
    while ((page_ = pages_->NextPage()) != nullptr) {
      if (page_->type() == parquet::PageType::DICTIONARY_PAGE) {
        SetDictionary(static_cast<const parquet::DictionaryPage&>(*page_));
      } else if (page_->type() == parquet::PageType::DATA_PAGE || page_->type() == parquet::PageType::DATA_PAGE_V2) {
        SetPage(static_cast<const parquet::DataPage&>(*page_));
        return true;
      }
    }
    if (next_row_ != total_rows_) Damaged("a column has fewer values than its row group has rows");
    return false;
  }

  int64_t total_rows() const { return total_rows_; }
  int64_t first_row() const { return first_row_; }
  int rows() const { return rows_; }
  /// How many of them were decoded, and how many were not.
  int at() const { return at_; }
  int left() const { return rows_ - at_; }
  /// A bit for each row of the page, if it has nulls; else null.
  const uint8_t* validity() const { return nulls_ > 0 ? validity_.data() : nullptr; }
  bool is_plain() const { return encoding_ == parquet::Encoding::PLAIN; }
  bool is_dictionary() const {
    return encoding_ == parquet::Encoding::RLE_DICTIONARY || encoding_ == parquet::Encoding::PLAIN_DICTIONARY;
  }

  /// One of a plain page's values; `row` counts from the first of the page, which has no nulls.
  Value PlainValue(int64_t row) const {
    Value value;
    std::memcpy(&value, values_ + row * static_cast<int64_t>(sizeof(Value)), sizeof(Value));
    return value;
  }

  /// The page's next values; zeros where they are null. `rows` is at most left().
  void Decode(Value* out, int rows) {
    if (is_plain() && nulls_ == 0) {
      std::memcpy(out, values_ + static_cast<size_t>(at_) * sizeof(Value), static_cast<size_t>(rows) * sizeof(Value));
      at_ += rows;
      return;
    }
    Decoder& decoder = PageDecoder();
    const int nulls = NullsAmong(rows);
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
    PageDecoder();
    const int nulls = NullsAmong(rows), present = rows - nulls;
    if (Dictionary().DecodeIndices(present, out) != present) Damaged("a page ends early");
    uint32_t greatest = 0;
    for (int i = 0; i < present; ++i) greatest = std::max(greatest, static_cast<uint32_t>(out[i]));
    if (present > 0 && greatest >= static_cast<uint32_t>(dictionary_size_)) {
      Damaged("a value lies outside its dictionary");
    }
    for (int row = rows - 1, from = present - 1; nulls > 0 && row >= 0; --row) {
      out[row] = arrow::bit_util::GetBit(validity_.data(), at_ + row) ? out[from--] : 0;
    }
    at_ += rows;
  }
  const Value* dictionary() const { return dictionary_values_; }
  int32_t dictionary_size() const { return dictionary_size_; }

 private:
  using Decoder = typename parquet::EncodingTraits<Physical>::Decoder;

  int64_t CheckedEnd(int64_t first, int64_t values) const {
    if (values < 0 || values > total_rows_ - first) {
      Damaged("a column has more values than its row group has rows");
    }
    return first + values;
  }

  parquet::DictDecoder<Physical>& Dictionary() {
    if (dictionary_ == nullptr) Damaged("a page is encoded by a dictionary that is not there");
    return *dictionary_;
  }

  /// Where the page's values go on.
  Decoder& PageDecoder() {
    Decoder& decoder = is_dictionary() ? static_cast<Decoder&>(Dictionary()) : DecoderOf(encoding_);
    if (at_ == 0) decoder.SetData(rows_, values_, values_bytes_);
    return decoder;
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

  void SetDictionary(const parquet::DictionaryPage& page) {
    Decoder& plain = DecoderOf(parquet::Encoding::PLAIN);
    plain.SetData(page.num_values(), page.data(), page.size());
    dictionary_ = parquet::MakeDictDecoder<Physical>(descriptor_);
    dictionary_->SetDict(&plain);
    dictionary_->GetDictionary(&dictionary_values_, &dictionary_size_);
  }

  void SetPage(const parquet::DataPage& page) {
    first_row_ = next_row_;
    next_row_ = CheckedEnd(first_row_, page.num_values());
    rows_ = page.num_values();
    at_ = nulls_ = 0;
    encoding_ = page.encoding();
    values_ = page.data();
    values_bytes_ = page.size();
    if (descriptor_->max_definition_level() == 1) {
      const int levels_bytes = page.type() == parquet::PageType::DATA_PAGE
                                   ? SetLevels(static_cast<const parquet::DataPageV1&>(page))
                                   : SetLevels(static_cast<const parquet::DataPageV2&>(page));
      values_ += levels_bytes;
      values_bytes_ -= levels_bytes;
    }
    const int64_t needed = static_cast<int64_t>(rows_ - nulls_) * static_cast<int64_t>(sizeof(Value));
    if (values_bytes_ < 0 || (is_plain() && values_bytes_ < needed)) Damaged("a page ends early");
  }

  int SetLevels(const parquet::DataPageV1& page) {
    const int bytes = levels_decoder_.SetData(page.definition_level_encoding(), 1, rows_, page.data(), page.size());
    constexpr int kLengthBytes = 4;
    const bool is_rle = page.definition_level_encoding() == parquet::Encoding::RLE && bytes >= kLengthBytes;
    if (!is_rle || !AreAllOnes(page.data() + kLengthBytes, bytes - kLengthBytes, rows_)) DecodeLevels();
    return bytes;
  }

  int SetLevels(const parquet::DataPageV2& page) {
    const int skipped = page.repetition_levels_byte_length(), bytes = page.definition_levels_byte_length();
    if (skipped < 0 || bytes < 0 || int64_t{skipped} + bytes > page.size()) Damaged("a page ends early");
    if (!AreAllOnes(page.data() + skipped, bytes, rows_)) {
      levels_decoder_.SetDataV2(bytes, 1, rows_, page.data() + skipped);
      DecodeLevels();
    }
    return skipped + bytes;
  }

  void DecodeLevels() {
    levels_.resize(rows_);
    if (levels_decoder_.Decode(rows_, levels_.data()) != rows_) Damaged("a page ends early");
    validity_.assign(arrow::bit_util::BytesForBits(rows_), 0);
    for (int i = 0; i < rows_; ++i) {
      validity_[i / 8] |= static_cast<uint8_t>(levels_[i] << (i % 8));
      nulls_ += levels_[i] == 0;
    }
  }

  const parquet::ColumnDescriptor* descriptor_;
  const int64_t total_rows_;
  std::unique_ptr<parquet::PageReader> pages_;
  /// The current one; values are decoded from its bytes.
  std::shared_ptr<parquet::Page> page_;
  parquet::LevelDecoder levels_decoder_;
  std::map<parquet::Encoding::type, std::unique_ptr<Decoder>> decoders_;
  std::unique_ptr<parquet::DictDecoder<Physical>> dictionary_;
  const Value* dictionary_values_ = nullptr;
  int32_t dictionary_size_ = 0;

  /// Of the page after the current one.
  int64_t next_row_ = 0;
  int64_t first_row_ = 0;
  int rows_ = 0, at_ = 0, nulls_ = 0;
  parquet::Encoding::type encoding_ = parquet::Encoding::PLAIN;
  const uint8_t* values_ = nullptr;
  int values_bytes_ = 0;
  std::vector<int16_t> levels_;
  std::vector<uint8_t> validity_;
};

/// An array in the making: `Item` for each row, and a bitmap once there is a null.
template <class Item>
class Output {
 public:
  explicit Output(int64_t rows) : rows_(rows) {
    PARQUET_ASSIGN_OR_THROW(values_, arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(Item))));
  }

  Item* items() { return reinterpret_cast<Item*>(values_->mutable_data()); }

  void SetNull(int64_t row) {
    arrow::bit_util::ClearBit(Validity(), row);
    ++nulls_;
  }

  /// Of rows [first, first + rows): bits from `offset` on.
  void SetValidity(int64_t first, int64_t rows, const uint8_t* bits, int64_t offset) {
    arrow::internal::CopyBitmap(bits, offset, rows, Validity(), first);
    nulls_ += rows - arrow::internal::CountSetBits(bits, offset, rows);
  }

  std::shared_ptr<arrow::ArrayData> Finish(std::shared_ptr<arrow::DataType> type) {
    return arrow::ArrayData::Make(std::move(type), rows_, {std::move(validity_), std::move(values_)}, nulls_);
  }

 private:
  uint8_t* Validity() {
    if (validity_ == nullptr) {
      PARQUET_ASSIGN_OR_THROW(validity_, arrow::AllocateBitmap(rows_));
      std::memset(validity_->mutable_data(), 0xff, validity_->size());
    }
    return validity_->mutable_data();
  }

  const int64_t rows_;
  std::shared_ptr<arrow::Buffer> values_, validity_;
  int64_t nulls_ = 0;
};

/// Turns what libparquet throws into a status.
template <class Make>
auto Caught(Make make) -> arrow::Result<decltype(make())> {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  return make();
  END_PARQUET_CATCH_EXCEPTIONS
}

template <class Physical>
class TypedStream : public FlatStream {
 public:
  explicit TypedStream(const FlatColumn& column) : type_(column.type), pages_(column, nullptr) {}

 protected:
  /// `rows` items, each piece of a page's by `decode(items, rows)`.
  template <class Item, class Decode>
  Output<Item> Fill(int64_t rows, Decode decode) {
    Output<Item> out(rows);
    for (int64_t filled = 0; filled < rows;) {
      if (pages_.left() == 0 && !pages_.Next()) Damaged("a column ends early");
      const int count = static_cast<int>(std::min<int64_t>(rows - filled, pages_.left()));
      if (pages_.validity() != nullptr) out.SetValidity(filled, count, pages_.validity(), pages_.at());
      decode(out.items() + filled, count);
      filled += count;
    }
    return out;
  }

  const std::shared_ptr<arrow::DataType> type_;
  FlatPages<Physical> pages_;
};

template <class Physical>
class ValueStream final : public TypedStream<Physical> {
 public:
  using Value = typename Physical::c_type;
  using TypedStream<Physical>::TypedStream;

  arrow::Result<std::shared_ptr<arrow::Array>> Next(int64_t rows) override {
    return Caught([&] {
      auto out =
          this->template Fill<Value>(rows, [&](Value* values, int count) { this->pages_.Decode(values, count); });
      return arrow::MakeArray(out.Finish(this->type_));
    });
  }
};

template <class Physical>
class PositionStream final : public TypedStream<Physical> {
 public:
  using TypedStream<Physical>::TypedStream;

  arrow::Result<std::shared_ptr<arrow::Array>> Next(int64_t rows) override {
    return Caught([&] {
      auto out = this->template Fill<int32_t>(
          rows, [&](int32_t* positions, int count) { this->pages_.DecodePositions(positions, count); });
      auto data = out.Finish(arrow::dictionary(arrow::int32(), this->type_));
      data->dictionary = Dictionary();
      return arrow::MakeArray(std::move(data));
    });
  }

 private:
  const std::shared_ptr<arrow::ArrayData>& Dictionary() {
    if (dictionary_ == nullptr) {
      Output<typename Physical::c_type> entries(this->pages_.dictionary_size());
      std::copy_n(this->pages_.dictionary(), this->pages_.dictionary_size(), entries.items());
      dictionary_ = entries.Finish(this->type_);
    }
    return dictionary_;
  }

  std::shared_ptr<arrow::ArrayData> dictionary_;
};

/// Takes the rows of one page that are wanted.
template <class Physical>
class RowTaker {
 public:
  using Value = typename Physical::c_type;

  RowTaker(const RowSet& wanted, Output<Value>* out) : wanted_(wanted), out_(out) {}

  void Take(FlatPages<Physical>* pages) {
    if (pages->validity() != nullptr) {
      TakeNullable(pages);
    } else if (pages->is_plain()) {
      ForEach(*pages, [&](int64_t row) { return pages->PlainValue(row); });
    } else if (pages->is_dictionary()) {
      positions_.resize(pages->rows());
      pages->DecodePositions(positions_.data(), pages->rows());
      ForEach(*pages, [&](int64_t row) { return pages->dictionary()[positions_[row]]; });
    } else {
      values_.resize(pages->rows());
      pages->Decode(values_.data(), pages->rows());
      ForEach(*pages, [&](int64_t row) { return values_[row]; });
    }
  }

 private:
  void TakeNullable(FlatPages<Physical>* pages) {
    values_.resize(pages->rows());
    pages->Decode(values_.data(), pages->rows());
    int64_t at = taken_;
    ForEach(*pages, [&](int64_t row) { return values_[row]; });
    wanted_.ForEach(pages->first_row(), pages->first_row() + pages->rows(), [&](int64_t row) {
      if (!arrow::bit_util::GetBit(pages->validity(), row - pages->first_row())) out_->SetNull(at);
      ++at;
    });
  }

  /// `value_of(row)` for each wanted row, counted from the first of the page.
  template <class ValueOf>
  void ForEach(const FlatPages<Physical>& pages, ValueOf value_of) {
    Value* items = out_->items();
    wanted_.ForEach(pages.first_row(), pages.first_row() + pages.rows(),
                    [&](int64_t row) { items[taken_++] = value_of(row - pages.first_row()); });
  }

  const RowSet& wanted_;
  Output<Value>* out_;
  int64_t taken_ = 0;
  std::vector<Value> values_;
  std::vector<int32_t> positions_;
};

template <class Physical>
std::shared_ptr<arrow::ArrayData> ReadRows(const FlatColumn& column, const RowSet& rows) {
  FlatPages<Physical> pages(column, &rows);
  Output<typename Physical::c_type> out(rows.size());
  RowTaker<Physical> taker(rows, &out);
  while (pages.Next()) taker.Take(&pages);
  return out.Finish(column.type);
}

/// `make` called with the column's physical type.
template <class Make>
auto AsStored(const FlatColumn& column, Make make) -> arrow::Result<decltype(make(parquet::Int32Type()))> {
  return Caught([&] {
    switch (column.group->metadata()->schema()->Column(column.leaf)->physical_type()) {
      case parquet::Type::INT32:
        return make(parquet::Int32Type());
      case parquet::Type::INT64:
        return make(parquet::Int64Type());
      case parquet::Type::FLOAT:
        return make(parquet::FloatType());
      case parquet::Type::DOUBLE:
        return make(parquet::DoubleType());
      default:
        Damaged("a column is read as flat that is not");
    }
  });
}

arrow::TimeUnit::type UnitOf(parquet::LogicalType::TimeUnit::unit unit) {
  switch (unit) {
    case parquet::LogicalType::TimeUnit::MILLIS:
      return arrow::TimeUnit::MILLI;
    case parquet::LogicalType::TimeUnit::MICROS:
      return arrow::TimeUnit::MICRO;
    default:
      return arrow::TimeUnit::NANO;
  }
}

bool HasUnit(const parquet::LogicalType& stored, arrow::TimeUnit::type unit) {
  return stored.is_timestamp() && UnitOf(static_cast<const parquet::TimestampLogicalType&>(stored).time_unit()) == unit;
}

}  // namespace

bool IsFlat(const parquet::ColumnDescriptor& column, const arrow::DataType& type) {
  if (column.max_repetition_level() > 0 || column.max_definition_level() > 1) return false;
  if (column.path()->ToDotVector().size() != 1) return false;
  switch (type.id()) {
    case arrow::Type::INT32:
    case arrow::Type::UINT32:
    case arrow::Type::DATE32:
      return column.physical_type() == parquet::Type::INT32;
    case arrow::Type::INT64:
    case arrow::Type::UINT64:
      return column.physical_type() == parquet::Type::INT64;
    case arrow::Type::TIMESTAMP:
      return column.physical_type() == parquet::Type::INT64 &&
             HasUnit(*column.logical_type(), static_cast<const arrow::TimestampType&>(type).unit());
    case arrow::Type::FLOAT:
      return column.physical_type() == parquet::Type::FLOAT;
    case arrow::Type::DOUBLE:
      return column.physical_type() == parquet::Type::DOUBLE;
    default:
      return false;
  }
}

arrow::Result<std::unique_ptr<FlatStream>> FlatStream::Open(const FlatColumn& column, bool dictionary) {
  return AsStored(column, [&](auto physical) -> std::unique_ptr<FlatStream> {
    using Physical = decltype(physical);
    if (dictionary) return std::make_unique<PositionStream<Physical>>(column);
    return std::make_unique<ValueStream<Physical>>(column);
  });
}

arrow::Result<std::shared_ptr<arrow::Array>> ReadFlatRows(const FlatColumn& column, const RowSet& rows) {
  return AsStored(column, [&](auto physical) { return arrow::MakeArray(ReadRows<decltype(physical)>(column, rows)); });
}

}  // namespace feast::scan
