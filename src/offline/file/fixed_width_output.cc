// Values of one width go straight to their places in one array made in advance.
#include <cstring>
#include <mutex>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/concatenate.h"
#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/buffer.h"
#include "arrow/chunked_array.h"
#include "arrow/util/bit_run_reader.h"
#include "arrow/util/bitmap_generate.h"
#include "offline/file/feature_column_output.h"

namespace feast {
namespace {

/// Where the winner of an entity row lies in what was read of its fragment.
class PlaceInFragment {
 public:
  PlaceInFragment(const WinnerOrder& winners, const scan::RowSet* read) : winners_(winners), read_(read) {}
  int64_t operator()(uint32_t entity_row) const {
    const int32_t row = winners_.winner(entity_row).row;
    return read_ != nullptr ? read_->Rank(row) : row;
  }

 private:
  const WinnerOrder& winners_;
  const scan::RowSet* read_;
};

template <typename Word>
void Copy(const uint8_t* from, std::span<const uint32_t> rows, const PlaceInFragment& place, uint8_t* to) {
  const auto* source = reinterpret_cast<const Word*>(from);
  auto* target = reinterpret_cast<Word*>(to);
  // Each entity row has one winner, so no two threads write to a place.
  for (const uint32_t row : rows) target[row] = source[place(row)];
}

void CopyBytes(const uint8_t* from, int width, std::span<const uint32_t> rows, const PlaceInFragment& place,
               uint8_t* to) {
  for (const uint32_t row : rows) std::memcpy(to + int64_t{row} * width, from + place(row) * width, width);
}

class FixedWidthOutput : public FeatureColumnOutput {
 public:
  FixedWidthOutput(std::shared_ptr<arrow::DataType> type, int byte_width, const WinnerOrder& winners,
                   std::shared_ptr<arrow::Buffer> values)
      : type_(std::move(type)), byte_width_(byte_width), winners_(winners), values_(std::move(values)) {}

  arrow::Status Scatter(int32_t fragment, const std::shared_ptr<arrow::ChunkedArray>& column,
                        const scan::RowSet* read) override {
    std::shared_ptr<arrow::Array> array;
    if (column->num_chunks() == 1) {
      array = column->chunk(0);
    } else {
      ARROW_ASSIGN_OR_RAISE(array, arrow::Concatenate(column->chunks()));
    }
    const std::span<const uint32_t> rows = winners_.entity_rows_of(fragment);
    const arrow::ArrayData& data = *array->data();
    const PlaceInFragment place(winners_, read);
    // Also of nulls: their bytes are anything, but there.
    CopyValues(data.buffers[1]->data() + data.offset * byte_width_, rows, place);
    if (array->null_count() > 0) MarkNulls(*array, rows, place);
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::ChunkedArray>> Finish() override {
    const int64_t rows = winners_.entity_rows();
    if (winners_.unmatched_rows() > 0) ClearUnmatched();
    // Shared with the other columns: without nulls in the source, only missing winners are null.
    std::shared_ptr<arrow::Buffer> validity = winners_.matched();
    int64_t nulls = winners_.unmatched_rows();
    if (!null_rows_.empty()) {
      ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateBitmap(rows));
      int64_t row = 0;
      nulls = 0;
      arrow::internal::GenerateBitsUnrolled(bits->mutable_data(), 0, rows, [&] {
        const bool valid = null_rows_[row] == 0 && winners_.winner(row).fragment >= 0;
        ++row;
        nulls += !valid;
        return valid;
      });
      validity = std::move(bits);
    }
    auto data = arrow::ArrayData::Make(type_, rows, {std::move(validity), std::move(values_)}, nulls);
    return std::make_shared<arrow::ChunkedArray>(arrow::MakeArray(data));
  }

 private:
  void CopyValues(const uint8_t* from, std::span<const uint32_t> rows, const PlaceInFragment& place) {
    uint8_t* to = values_->mutable_data();
    switch (byte_width_) {
      case 1:
        return Copy<uint8_t>(from, rows, place, to);
      case 2:
        return Copy<uint16_t>(from, rows, place, to);
      case 4:
        return Copy<uint32_t>(from, rows, place, to);
      case 8:
        return Copy<uint64_t>(from, rows, place, to);
      default:
        return CopyBytes(from, byte_width_, rows, place, to);
    }
  }

  /// Places without a winner must not show what was in memory before. Last, for by then all threads have touched the
  /// memory between them.
  void ClearUnmatched() {
    uint8_t* const values = values_->mutable_data();
    int64_t row = 0;
    const auto clear_to = [&](int64_t end) {
      std::memset(values + row * byte_width_, 0, static_cast<size_t>((end - row) * byte_width_));
    };
    arrow::internal::VisitSetBitRunsVoid(winners_.matched(), 0, winners_.entity_rows(),
                                         [&](int64_t first, int64_t count) {
                                           clear_to(first);
                                           row = first + count;
                                         });
    clear_to(winners_.entity_rows());
  }

  /// A byte each, as threads must not share the bytes of a bitmap; made when the first null is met.
  void MarkNulls(const arrow::Array& array, std::span<const uint32_t> rows, const PlaceInFragment& place) {
    std::call_once(null_rows_made_, [this] { null_rows_.resize(winners_.entity_rows()); });
    for (const uint32_t row : rows) null_rows_[row] = array.IsNull(place(row));
  }

  std::shared_ptr<arrow::DataType> type_;
  int byte_width_;
  const WinnerOrder& winners_;
  std::shared_ptr<arrow::Buffer> values_;
  std::once_flag null_rows_made_;
  std::vector<uint8_t> null_rows_;
};

}  // namespace

arrow::Result<std::unique_ptr<FeatureColumnOutput>> MakeFixedWidthOutput(const std::shared_ptr<arrow::DataType>& type,
                                                                         int byte_width, const WinnerOrder& winners) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                        arrow::AllocateBuffer(winners.entity_rows() * byte_width));
  return std::make_unique<FixedWidthOutput>(type, byte_width, winners, std::move(values));
}

}  // namespace feast
