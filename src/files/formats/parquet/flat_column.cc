#include "files/formats/parquet/flat_column.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/buffer.h"
#include "arrow/type.h"
#include "arrow/util/bit_util.h"
#include "arrow/util/bitmap_ops.h"
#include "files/formats/parquet/flat_pages.h"
#include "files/formats/parquet/parquet_calls.h"
#include "files/formats/parquet/parquet_statistics.h"
#include "files/value_range.h"
#include "parquet/exception.h"
#include "parquet/metadata.h"
#include "parquet/schema.h"

namespace feast::scan {
namespace {

/// An array in the making: `Item` for each row, and a bitmap once there is a null.
template <class Item>
class Output {
 public:
  explicit Output(int64_t rows) : rows_(rows) {
    // Not cleared: the caller writes every item, of null rows too.
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
      // Made at the first null, by when the rows before it, and those of pages without nulls behind it, are valid.
      std::memset(validity_->mutable_data(), 0xff, validity_->size());
    }
    return validity_->mutable_data();
  }

  const int64_t rows_;
  std::shared_ptr<arrow::Buffer> values_, validity_;
  int64_t nulls_ = 0;
};

template <class Physical>
class TypedStream : public FlatStream {
 public:
  TypedStream(const FlatColumn& column, const RowStretch& stretch)
      : type_(column.type), pages_(column, nullptr, stretch), first_row_(stretch.first) {}

 protected:
  /// `rows` items, each piece of a page's by `decode(items, rows)`.
  template <class Item, class Decode>
  Output<Item> Fill(int64_t rows, Decode decode) {
    Output<Item> out(rows);
    for (int64_t filled = 0; filled < rows;) {
      if (pages_.left() == 0) NextPage();
      const int count = static_cast<int>(std::min<int64_t>(rows - filled, pages_.left()));
      // Before `decode`, which moves on in the page.
      if (pages_.validity() != nullptr) out.SetValidity(filled, count, pages_.validity(), pages_.at());
      decode(out.items() + filled, count);
      filled += count;
    }
    return out;
  }

  const std::shared_ptr<arrow::DataType> type_;
  FlatPages<Physical> pages_;

 private:
  void NextPage() {
    if (!pages_.Next()) Damaged("a column ends early");
    // Only the first page can start before the stretch: pages that end before it are not given at all.
    if (pages_.first_row() < first_row_) pages_.Skip(static_cast<int>(first_row_ - pages_.first_row()));
  }

  const int64_t first_row_;
};

template <class Physical>
class ValueStream final : public TypedStream<Physical> {
 public:
  using Value = typename Physical::c_type;
  using TypedStream<Physical>::TypedStream;

  arrow::Result<std::shared_ptr<arrow::Array>> Next(int64_t rows) override {
    return CaughtFromParquet([&] {
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
    return CaughtFromParquet([&] {
      auto out = this->template Fill<int32_t>(
          rows, [&](int32_t* positions, int count) { this->pages_.DecodePositions(positions, count); });
      auto data = out.Finish(arrow::dictionary(arrow::int32(), this->type_));
      data->dictionary = Dictionary();
      return arrow::MakeArray(std::move(data));
    });
  }

 private:
  // One object for all arrays of the stream: who encodes its entries once knows them again by their address. A page has
  // been read by now, so the dictionary is open.
  const std::shared_ptr<arrow::ArrayData>& Dictionary() {
    if (dictionary_ == nullptr) {
      dictionary_ = arrow::ArrayData::Make(this->type_, this->pages_.dictionary_size(),
                                           {nullptr, this->pages_.dictionary_buffer()}, /*null_count=*/0);
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

  // Which ways a page can be read depends on its nulls and encoding. A value's place is known in advance only where no
  // nulls are left out before it, so pages with nulls are decoded whole.
  void Take(FlatPages<Physical>* pages) {
    if (pages->validity() != nullptr) {
      TakeNullable(pages);
    } else if (pages->is_plain()) {
      ForEach(*pages, [&](int64_t row) { return pages->PlainValue(row); });
    } else if (pages->is_dictionary() && pages->has_few_wanted()) {
      ForEach(*pages, [&](int64_t row) { return pages->EntryValue(row); });
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
    // The same rows twice: ForEach moves `taken_` on, `at` follows.
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
  FlatPages<Physical> pages(column, &rows, {0, rows.fragment_rows()});
  Output<typename Physical::c_type> out(rows.size());
  RowTaker<Physical> taker(rows, &out);
  while (pages.Next()) taker.Take(&pages);
  return out.Finish(column.type);
}

/// `make` called with the column's physical type.
template <class Make>
auto AsStored(const FlatColumn& column, Make make) {
  return CaughtFromParquet(
      [&] { return WithNumberType(column.metadata->schema()->Column(column.leaf)->physical_type(), make); });
}

}  // namespace

bool IsFlat(const parquet::ColumnDescriptor& column, const arrow::DataType& type) {
  // Level 0 is a null then and level 1 a value, and there is one for each row.
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
    // Ticks of another length would have to be converted, which is the general reader's work.
    case arrow::Type::TIMESTAMP:
      return column.physical_type() == parquet::Type::INT64 && column.logical_type()->is_timestamp() &&
             StoredTick(column, type) == NanosecondsPerTick(type);
    case arrow::Type::FLOAT:
      return column.physical_type() == parquet::Type::FLOAT;
    case arrow::Type::DOUBLE:
      return column.physical_type() == parquet::Type::DOUBLE;
    default:
      return false;
  }
}

arrow::Result<std::unique_ptr<FlatStream>> FlatStream::Open(const FlatColumn& column, bool dictionary,
                                                            const RowStretch& stretch) {
  return AsStored(column, [&](auto physical) -> std::unique_ptr<FlatStream> {
    using Physical = decltype(physical);
    if (dictionary) return std::make_unique<PositionStream<Physical>>(column, stretch);
    return std::make_unique<ValueStream<Physical>>(column, stretch);
  });
}

arrow::Result<std::shared_ptr<arrow::Array>> ReadFlatRows(const FlatColumn& column, const RowSet& rows) {
  return AsStored(column, [&](auto physical) { return arrow::MakeArray(ReadRows<decltype(physical)>(column, rows)); });
}

}  // namespace feast::scan
