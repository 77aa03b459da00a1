#include "system/array_check.h"

#include <memory>

#include "arrow/array/array_base.h"
#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/array/validate.h"
#include "arrow/chunked_array.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/util/int_util.h"

namespace feast {
namespace {

/// Each is not less than the one before. Arrow's quick check has looked at the first and the last.
template <class Offset>
arrow::Status CheckOffsets(const arrow::ArrayData& data) {
  if (data.length == 0) return arrow::Status::OK();
  const auto* const offsets = data.GetValues<Offset>(1);
  bool ascend = true;
  for (int64_t i = 0; i < data.length; ++i) ascend &= offsets[i] <= offsets[i + 1];
  return ascend ? arrow::Status::OK() : arrow::Status::Invalid("offsets do not ascend");
}

/// After Arrow's quick check.
arrow::Status CheckInside(const arrow::ArrayData& data) {
  switch (data.type->storage_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LIST:
    case arrow::Type::MAP:
      ARROW_RETURN_NOT_OK(CheckOffsets<int32_t>(data));
      break;
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::LARGE_LIST:
      ARROW_RETURN_NOT_OK(CheckOffsets<int64_t>(data));
      break;
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW:
    case arrow::Type::LIST_VIEW:
    case arrow::Type::LARGE_LIST_VIEW:
    case arrow::Type::DENSE_UNION:
    case arrow::Type::SPARSE_UNION:
    case arrow::Type::RUN_END_ENCODED:
      ARROW_RETURN_NOT_OK(arrow::internal::ValidateArrayFull(data));
      break;
    case arrow::Type::DICTIONARY: {
      const auto& type = static_cast<const arrow::DictionaryType&>(*data.type);
      const arrow::ArrayData positions(type.index_type(), data.length, data.buffers, data.null_count, data.offset);
      ARROW_RETURN_NOT_OK(arrow::internal::CheckIndexBounds(positions, static_cast<uint64_t>(data.dictionary->length)));
      return CheckInside(*data.dictionary);
    }
    default:
      break;
  }
  for (const auto& child : data.child_data) ARROW_RETURN_NOT_OK(CheckInside(*child));
  return arrow::Status::OK();
}

arrow::Status CheckColumn(const std::string& name, const arrow::Array& array) {
  arrow::Status status = array.Validate();
  if (status.ok()) status = CheckInside(*array.data());
  if (status.ok()) return status;
  return arrow::Status::Invalid("Column '", name,
                                "' is damaged: its values point outside the array. Make the array anew; "
                                "pyarrow's validate(full=True) finds such. What is wrong: ",
                                status.message());
}

}  // namespace

arrow::Status CheckArrays(const arrow::Table& table) {
  for (int i = 0; i < table.num_columns(); ++i) {
    for (const auto& chunk : table.column(i)->chunks()) {
      ARROW_RETURN_NOT_OK(CheckColumn(table.field(i)->name(), *chunk));
    }
  }
  return arrow::Status::OK();
}

arrow::Status CheckArrays(const arrow::RecordBatch& batch) {
  for (int i = 0; i < batch.num_columns(); ++i) {
    ARROW_RETURN_NOT_OK(CheckColumn(batch.column_name(i), *batch.column(i)));
  }
  return arrow::Status::OK();
}

}  // namespace feast
