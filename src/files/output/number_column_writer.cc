#include "files/output/number_column_writer.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "arrow/array/data.h"
#include "arrow/buffer.h"
#include "arrow/buffer_builder.h"
#include "arrow/util/bit_run_reader.h"
#include "files/formats/parquet/packed_runs.h"
#include "files/formats/parquet/parquet_calls.h"
#include "parquet/column_page.h"
#include "parquet/column_writer.h"
#include "parquet/exception.h"
#include "parquet/metadata.h"
#include "parquet/properties.h"
#include "parquet/schema.h"
#include "parquet/statistics.h"

namespace feast::scan {
namespace {

/// Numbers distinct values 0, 1, 2, … in the order in which they come. Values are the same when their bits are.
template <class Value>
class NumberDictionary {
 public:
  uint32_t PositionOf(Value value) {
    size_t bucket = BucketOf(value);
    while (buckets_[bucket] != kFree && !Same(values_[buckets_[bucket]], value)) bucket = (bucket + 1) & mask();
    if (buckets_[bucket] == kFree) return Add(value, bucket);
    return buckets_[bucket];
  }
  const std::vector<Value>& values() const { return values_; }

 private:
  using Bits = std::conditional_t<sizeof(Value) == 8, uint64_t, uint32_t>;
  static constexpr uint32_t kFree = UINT32_MAX;

  static bool Same(Value a, Value b) { return std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b); }
  size_t mask() const { return buckets_.size() - 1; }
  size_t BucketOf(Value value) const {
    constexpr uint64_t kSpread = 0x9E3779B97F4A7C15;
    return (std::bit_cast<Bits>(value) * kSpread) >> shift_;
  }

  uint32_t Add(Value value, size_t bucket) {
    const auto position = static_cast<uint32_t>(values_.size());
    buckets_[bucket] = position;
    values_.push_back(value);
    if (values_.size() * 2 > buckets_.size()) Grow();
    return position;
  }

  void Grow() {
    buckets_.assign(buckets_.size() * 2, kFree);
    --shift_;
    for (uint32_t position = 0; position < values_.size(); ++position) {
      size_t bucket = BucketOf(values_[position]);
      while (buckets_[bucket] != kFree) bucket = (bucket + 1) & mask();
      buckets_[bucket] = position;
    }
  }

  static constexpr int kBitsAtFirst = 10;
  std::vector<Value> values_;
  /// Open addressing with linear probing, at most half full.
  std::vector<uint32_t> buckets_ = std::vector<uint32_t>(1 << kBitsAtFirst, kFree);
  int shift_ = 64 - kBitsAtFirst;
};

template <class Physical>
class TypedWriter final : public NumberColumnWriter {
 public:
  using Value = typename Physical::c_type;

  TypedWriter(const parquet::ColumnDescriptor* descriptor, const parquet::WriterProperties& properties,
              parquet::ColumnChunkMetaDataBuilder* metadata, std::unique_ptr<parquet::PageWriter> pages)
      : descriptor_(descriptor),
        page_rows_max_(properties.max_rows_per_page()),
        dictionary_bytes_max_(properties.dictionary_pagesize_limit()),
        metadata_(metadata),
        pages_(std::move(pages)),
        page_statistics_(parquet::MakeStatistics<Physical>(descriptor)),
        statistics_(parquet::MakeStatistics<Physical>(descriptor)) {
    if (properties.dictionary_enabled(descriptor->path())) dictionary_.emplace();
  }

  void Append(const arrow::ArrayData& rows) override {
    for (int64_t first = 0; first < rows.length;) {
      const int64_t count = std::min(rows.length - first, page_rows_max_ - page_rows_);
      AppendToPage(rows, first, count);
      if (page_rows_ == page_rows_max_) FinishPage();
      first += count;
    }
  }

  void Finish() override {
    if (page_rows_ > 0) FinishPage();
    WriteDictionary();
    metadata_->SetStatistics(Encoded(*statistics_));
  }

  int64_t Close() override {
    pages_->Close(has_dictionary_, has_given_up_dictionary_);
    return bytes_;
  }

 private:
  parquet::EncodedStatistics Encoded(parquet::Statistics& statistics) const {
    parquet::EncodedStatistics encoded = statistics.Encode();
    encoded.set_is_signed(descriptor_->sort_order() == parquet::SortOrder::SIGNED);
    return encoded;
  }

  void AppendToPage(const arrow::ArrayData& rows, int64_t first, int64_t count) {
    const Value* values = rows.GetValues<Value>(1) + first;
    const uint8_t* const bitmap = rows.GetNullCount() > 0 ? rows.buffers[0]->data() : nullptr;
    int64_t present = count;
    if (bitmap == nullptr) {
      PARQUET_THROW_NOT_OK(validity_.Append(count, true));
    } else {
      PARQUET_THROW_NOT_OK(validity_.Reserve(count));
      validity_.UnsafeAppend(bitmap, rows.offset + first, count);
      present_.clear();
      arrow::internal::VisitSetBitRunsVoid(bitmap, rows.offset + first, count, [&](int64_t begin, int64_t length) {
        present_.insert(present_.end(), values + begin, values + begin + length);
      });
      values = present_.data();
      present = static_cast<int64_t>(present_.size());
    }
    page_statistics_->Update(values, present, count - present);
    page_rows_ += count;
    if (dictionary_) {
      for (int64_t i = 0; i < present; ++i) positions_.push_back(dictionary_->PositionOf(values[i]));
    } else {
      const auto* bytes = reinterpret_cast<const uint8_t*>(values);
      values_.insert(values_.end(), bytes, bytes + present * static_cast<int64_t>(sizeof(Value)));
    }
  }

  void FinishPage() {
    body_.clear();
    AppendLevels();
    parquet::Encoding::type encoding = parquet::Encoding::PLAIN;
    if (dictionary_) {
      encoding = parquet::Encoding::RLE_DICTIONARY;
      const int bit_width = std::bit_width(std::max<size_t>(dictionary_->values().size(), 2) - 1);
      body_.push_back(static_cast<uint8_t>(bit_width));
      AppendPacked(positions_.data(), static_cast<int64_t>(positions_.size()), bit_width, &body_);
      positions_.clear();
    } else {
      body_.insert(body_.end(), values_.begin(), values_.end());
      values_.clear();
    }
    WritePage(encoding);
    if (dictionary_ && DictionaryBytes() > dictionary_bytes_max_) {
      WriteDictionary();
      has_given_up_dictionary_ = true;
    }
    validity_.Reset();
    first_row_ += page_rows_;
    page_rows_ = 0;
    statistics_->Merge(*page_statistics_);
    page_statistics_->Reset();
  }

  /// With their length before them.
  void AppendLevels() {
    if (descriptor_->max_definition_level() == 0) return;
    int32_t length = 0;
    body_.resize(sizeof(length));
    AppendPackedBits(validity_.data(), 0, page_rows_, &body_);
    length = static_cast<int32_t>(body_.size() - sizeof(length));
    std::memcpy(body_.data(), &length, sizeof(length));
  }

  void WritePage(parquet::Encoding::type encoding) {
    const auto size = static_cast<int64_t>(body_.size());
    PARQUET_ASSIGN_OR_THROW(std::shared_ptr<arrow::ResizableBuffer> stored, arrow::AllocateResizableBuffer(size));
    if (pages_->has_compressor()) {
      pages_->Compress(arrow::Buffer(body_.data(), size), stored.get());
    } else {
      std::copy(body_.begin(), body_.end(), stored->mutable_data());
    }
    parquet::DataPageV1 page(std::move(stored), static_cast<int32_t>(page_rows_), encoding, parquet::Encoding::RLE,
                             parquet::Encoding::RLE, size, Encoded(*page_statistics_), first_row_);
    if (dictionary_) {
      after_dictionary_.push_back(std::move(page));
    } else {
      bytes_ += pages_->WriteDataPage(page);
    }
  }

  int64_t DictionaryBytes() const {
    return static_cast<int64_t>(dictionary_->values().size()) * static_cast<int64_t>(sizeof(Value));
  }

  /// And the pages that need it, which come after it.
  void WriteDictionary() {
    if (!dictionary_) return;
    const std::vector<Value>& values = dictionary_->values();
    const auto buffer =
        std::make_shared<arrow::Buffer>(reinterpret_cast<const uint8_t*>(values.data()), DictionaryBytes());
    bytes_ += pages_->WriteDictionaryPage(
        parquet::DictionaryPage(buffer, static_cast<int32_t>(values.size()), parquet::Encoding::PLAIN));
    for (const parquet::DataPageV1& page : after_dictionary_) bytes_ += pages_->WriteDataPage(page);
    after_dictionary_.clear();
    dictionary_.reset();
    has_dictionary_ = true;
  }

  const parquet::ColumnDescriptor* const descriptor_;
  const int64_t page_rows_max_, dictionary_bytes_max_;
  parquet::ColumnChunkMetaDataBuilder* const metadata_;
  const std::unique_ptr<parquet::PageWriter> pages_;
  /// Until it is written, because the rows are at an end or because it grew too large.
  std::optional<NumberDictionary<Value>> dictionary_;
  std::vector<parquet::DataPageV1> after_dictionary_;
  bool has_dictionary_ = false, has_given_up_dictionary_ = false;

  /// Of the page in the making: its rows, which of them have a value, and the values that there are.
  int64_t page_rows_ = 0;
  arrow::TypedBufferBuilder<bool> validity_;
  std::vector<uint8_t> values_;
  std::vector<uint32_t> positions_;
  std::shared_ptr<parquet::TypedStatistics<Physical>> page_statistics_;

  int64_t first_row_ = 0;
  std::shared_ptr<parquet::TypedStatistics<Physical>> statistics_;
  /// Without compression.
  int64_t bytes_ = 0;
  std::vector<Value> present_;
  std::vector<uint8_t> body_;
};

}  // namespace

std::unique_ptr<NumberColumnWriter> NumberColumnWriter::Make(const parquet::ColumnDescriptor* descriptor,
                                                             const parquet::WriterProperties& properties,
                                                             parquet::ColumnChunkMetaDataBuilder* metadata,
                                                             std::unique_ptr<parquet::PageWriter> pages) {
  return WithNumberType(descriptor->physical_type(), [&](auto physical) -> std::unique_ptr<NumberColumnWriter> {
    return std::make_unique<TypedWriter<decltype(physical)>>(descriptor, properties, metadata, std::move(pages));
  });
}

}  // namespace feast::scan
