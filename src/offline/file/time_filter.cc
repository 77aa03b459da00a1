#include "offline/file/time_filter.h"

#include "arrow/array/array_base.h"
#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/api_vector.h"
#include "arrow/datum.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "files/value_range.h"

namespace feast {
namespace {

arrow::Result<std::shared_ptr<arrow::Array>> MaskOf(const arrow::Array& moments, const TimeWindow& window) {
  const int64_t tick = scan::NanosecondsPerTick(*moments.type());
  const arrow::ArrayData& data = *moments.data();
  const bool days = moments.type_id() == arrow::Type::DATE32;
  arrow::BooleanBuilder mask;
  ARROW_RETURN_NOT_OK(mask.Reserve(moments.length()));
  for (int64_t i = 0; i < moments.length(); ++i) {
    const int64_t ticks = days ? data.GetValues<int32_t>(1)[i] : data.GetValues<int64_t>(1)[i];
    const int64_t ns = scan::SaturatingNanoseconds(ticks, tick);
    mask.UnsafeAppend(ns >= window.start_ns && ns <= window.end_ns && moments.IsValid(i));
  }
  return mask.Finish();
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Table>> RowsWithin(const std::shared_ptr<arrow::Table>& table, int column,
                                                        const TimeWindow& window) {
  if (window.is_open()) return table;
  arrow::ArrayVector masks;
  for (const auto& chunk : table->column(column)->chunks()) {
    ARROW_ASSIGN_OR_RAISE(auto mask, MaskOf(*chunk, window));
    masks.push_back(std::move(mask));
  }
  ARROW_ASSIGN_OR_RAISE(auto mask, arrow::ChunkedArray::Make(std::move(masks), arrow::boolean()));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum kept, arrow::compute::Filter(arrow::Datum(table), arrow::Datum(mask)));
  return kept.table();
}

}  // namespace feast
