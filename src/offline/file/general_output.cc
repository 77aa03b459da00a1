// Values of any type: the winners' values are taken out of each fragment, then put in order by a builder of their type.
#include <algorithm>
#include <optional>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_base.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/concatenate.h"
#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/api_vector.h"
#include "arrow/datum.h"
#include "arrow/extension_type.h"
#include "arrow/type.h"
#include "offline/file/feature_column_output.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Rows built at a time; also keeps the text of one array below 2 GiB unless values are huge.
constexpr int64_t kSliceRows = 1 << 16;

class GeneralOutput : public FeatureColumnOutput {
 public:
  GeneralOutput(std::shared_ptr<arrow::DataType> type, const WinnerOrder& winners)
      : type_(std::move(type)), winners_(winners), taken_(FragmentSlots()), place_(winners.entity_rows()) {}

  arrow::Status Scatter(int32_t fragment, const std::shared_ptr<arrow::ChunkedArray>& column,
                        const scan::RowSet* read) override {
    const std::span<const uint32_t> rows = winners_.entity_rows_of(fragment);
    arrow::Int32Builder indices;
    ARROW_RETURN_NOT_OK(indices.Reserve(static_cast<int64_t>(rows.size())));
    for (size_t i = 0; i < rows.size(); ++i) {
      const int32_t row = winners_.winner(rows[i]).row;
      indices.UnsafeAppend(read != nullptr ? read->Rank(row) : row);
      // Fragments share no entity row, and each has its own place in taken_: threads need no lock.
      place_[rows[i]] = static_cast<uint32_t>(i);
    }
    ARROW_ASSIGN_OR_RAISE(auto index_array, indices.Finish());
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum taken,
                          arrow::compute::Take(arrow::Datum(column), arrow::Datum(index_array)));
    ARROW_ASSIGN_OR_RAISE(auto array, arrow::Concatenate(taken.chunks()));
    taken_[fragment] = Storage(array)->data();
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::ChunkedArray>> Finish() override {
    const int64_t slices = (winners_.entity_rows() + kSliceRows - 1) / kSliceRows;
    arrow::ArrayVector built(slices);
    ARROW_RETURN_NOT_OK(
        ParallelFor(WorkerCount(), slices, [&](int, int64_t slice) { return BuildSlice(slice).Value(&built[slice]); }));
    return arrow::ChunkedArray::Make(std::move(built), type_);
  }

 private:
  size_t FragmentSlots() const { return winners_.fragments().empty() ? 0 : winners_.fragments().back() + 1; }

  static std::shared_ptr<arrow::Array> Storage(const std::shared_ptr<arrow::Array>& array) {
    if (array->type_id() != arrow::Type::EXTENSION) return array;
    return static_cast<const arrow::ExtensionArray&>(*array).storage();
  }

  arrow::Result<std::shared_ptr<arrow::Array>> BuildSlice(int64_t slice) const {
    const bool extension = type_->id() == arrow::Type::EXTENSION;
    const auto& built_type = extension ? static_cast<const arrow::ExtensionType&>(*type_).storage_type() : type_;
    ARROW_ASSIGN_OR_RAISE(auto builder, arrow::MakeBuilder(built_type));
    const int64_t begin = slice * kSliceRows, end = std::min(begin + kSliceRows, winners_.entity_rows());
    ARROW_RETURN_NOT_OK(builder->Reserve(end - begin));
    std::vector<std::optional<arrow::ArraySpan>> spans(taken_.size());
    for (int64_t row = begin; row < end; ++row) {
      const int32_t fragment = winners_.winner(row).fragment;
      if (fragment < 0) {
        ARROW_RETURN_NOT_OK(builder->AppendNull());
        continue;
      }
      // Made once for a slice, since making one costs more than the value.
      if (!spans[fragment]) spans[fragment].emplace(*taken_[fragment]);
      ARROW_RETURN_NOT_OK(builder->AppendArraySlice(*spans[fragment], place_[row], 1));
    }
    ARROW_ASSIGN_OR_RAISE(auto array, builder->Finish());
    return extension ? arrow::ExtensionType::WrapArray(type_, array) : array;
  }

  std::shared_ptr<arrow::DataType> type_;
  const WinnerOrder& winners_;
  /// By fragment, the values of its winners.
  std::vector<std::shared_ptr<arrow::ArrayData>> taken_;
  /// By entity row, where its value lies in what was taken.
  std::vector<uint32_t> place_;
};

}  // namespace

std::unique_ptr<FeatureColumnOutput> MakeGeneralOutput(const std::shared_ptr<arrow::DataType>& type,
                                                       const WinnerOrder& winners) {
  return std::make_unique<GeneralOutput>(type, winners);
}

}  // namespace feast
