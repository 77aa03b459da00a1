#include "files/schema/widened_values.h"

#include <cmath>
#include <string>
#include <utility>

#include "arrow/array/array_dict.h"
#include "arrow/array/array_nested.h"
#include "arrow/array/array_primitive.h"
#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/buffer.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/api_vector.h"
#include "arrow/compute/cast.h"
#include "arrow/datum.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "arrow/util/bitmap_ops.h"
#include "files/schema/type_union.h"

namespace feast::scan {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using TypePtr = std::shared_ptr<arrow::DataType>;

arrow::Result<ArrayPtr> WidenedArray(const ArrayPtr& values, const TypePtr& type);

arrow::Result<ArrayPtr> Cast(const ArrayPtr& values, const TypePtr& type) {
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum cast, arrow::compute::Cast(arrow::Datum(values), type));
  return cast.make_array();
}

/// The validity bitmap as if the array began at its first row.
arrow::Result<std::shared_ptr<arrow::Buffer>> ValidityOf(const arrow::Array& values) {
  const auto& bitmap = values.data()->buffers[0];
  if (bitmap == nullptr || values.offset() == 0) return bitmap;
  return arrow::internal::CopyBitmap(arrow::default_memory_pool(), bitmap->data(), values.offset(), values.length());
}

/// Where a double is another number than the integer, it is an error.
template <class ArrowType>
arrow::Status CheckExactAsDouble(const arrow::Array& values) {
  using Number = typename ArrowType::c_type;
  const auto& typed = static_cast<const arrow::NumericArray<ArrowType>&>(values);
  for (int64_t i = 0; i < typed.length(); ++i) {
    const Number number = typed.Value(i);
    const auto as_double = static_cast<double>(number);
    const double beyond = std::is_signed_v<Number> ? 0x1p63 : 0x1p64;
    const bool is_same = as_double < beyond && static_cast<Number>(as_double) == number;
    if (!is_same && typed.IsValid(i)) {
      return arrow::Status::Invalid("no double is ", std::to_string(number), " exactly.");
    }
  }
  return arrow::Status::OK();
}

arrow::Result<ArrayPtr> WidenedInteger(const ArrayPtr& values, const TypePtr& type) {
  if (type->id() != arrow::Type::DOUBLE) return Cast(values, type);
  if (values->type_id() == arrow::Type::INT64) ARROW_RETURN_NOT_OK(CheckExactAsDouble<arrow::Int64Type>(*values));
  if (values->type_id() == arrow::Type::UINT64) ARROW_RETURN_NOT_OK(CheckExactAsDouble<arrow::UInt64Type>(*values));
  auto options = arrow::compute::CastOptions::Safe(type);
  options.allow_float_truncate = true;
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum cast, arrow::compute::Cast(arrow::Datum(values), options));
  return cast.make_array();
}

/// Timestamps and dates. Another zone is another name of the same moments.
arrow::Result<ArrayPtr> WidenedMoment(ArrayPtr values, const TypePtr& type) {
  if (type->id() != arrow::Type::TIMESTAMP) return Cast(values, type);
  const auto& wanted = static_cast<const arrow::TimestampType&>(*type);
  ARROW_ASSIGN_OR_RAISE(values, [&]() -> arrow::Result<ArrayPtr> {
    if (values->type_id() != arrow::Type::TIMESTAMP) return Cast(values, arrow::timestamp(wanted.unit()));
    return values->View(arrow::timestamp(static_cast<const arrow::TimestampType&>(*values->type()).unit()));
  }());
  ARROW_ASSIGN_OR_RAISE(values, Cast(values, arrow::timestamp(wanted.unit())));
  return values->View(type);
}

arrow::Result<ArrayPtr> WidenedDictionary(const ArrayPtr& values, const TypePtr& type) {
  const auto& encoded = static_cast<const arrow::DictionaryArray&>(*values);
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr entries, WidenedArray(encoded.dictionary(), type));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum taken,
                        arrow::compute::Take(arrow::Datum(entries), arrow::Datum(encoded.indices())));
  return taken.make_array();
}

arrow::Result<ArrayPtr> WidenedStruct(const ArrayPtr& values, const TypePtr& type) {
  const auto& stored = static_cast<const arrow::StructArray&>(*values);
  arrow::ArrayVector children;
  for (const auto& field : type->fields()) {
    const int index = static_cast<const arrow::StructType&>(*values->type()).GetFieldIndex(field->name());
    ARROW_ASSIGN_OR_RAISE(children.emplace_back(), index < 0 ? arrow::MakeArrayOfNull(field->type(), values->length())
                                                             : WidenedArray(stored.field(index), field->type()));
  }
  ARROW_ASSIGN_OR_RAISE(auto validity, ValidityOf(*values));
  return std::make_shared<arrow::StructArray>(type, values->length(), std::move(children), std::move(validity));
}

/// Lists that are laid out like those of `type`, with other elements.
ArrayPtr WithElements(const arrow::Array& lists, const TypePtr& type, const ArrayPtr& elements) {
  auto data = lists.data()->Copy();
  data->type = type;
  data->child_data = {elements->data()};
  return arrow::MakeArray(data);
}

arrow::Result<ArrayPtr> WidenedMap(const ArrayPtr& values, const TypePtr& type) {
  const auto& stored = static_cast<const arrow::MapArray&>(*values);
  const auto& wanted = static_cast<const arrow::MapType&>(*type);
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr entries, WidenedStruct(stored.values(), [&] {
                          // The parts of a map are told apart by place, whatever a writer calls them.
                          const auto& entry = stored.values()->type();
                          return arrow::struct_({wanted.key_field()->WithName(entry->field(0)->name()),
                                                 wanted.item_field()->WithName(entry->field(1)->name())});
                        }()));
  auto named = entries->data()->Copy();
  named->type = wanted.value_type();
  return WithElements(*values, type, arrow::MakeArray(named));
}

arrow::Result<ArrayPtr> WidenedList(ArrayPtr values, const TypePtr& type) {
  if (values->type_id() != type->id()) {
    const auto& field = values->type()->field(0);
    const bool is_large = type->id() == arrow::Type::LARGE_LIST;
    ARROW_ASSIGN_OR_RAISE(values, Cast(values, is_large ? arrow::large_list(field) : arrow::list(field)));
  }
  const ArrayPtr elements = arrow::MakeArray(values->data()->child_data[0]);
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr widened, WidenedArray(elements, type->field(0)->type()));
  return WithElements(*values, type, widened);
}

arrow::Result<ArrayPtr> WidenedArray(const ArrayPtr& values, const TypePtr& type) {
  if (values->type()->Equals(*type)) return values;
  switch (values->type_id()) {
    case arrow::Type::NA:
      return arrow::MakeArrayOfNull(type, values->length());
    case arrow::Type::DICTIONARY:
      return WidenedDictionary(values, type);
    case arrow::Type::STRUCT:
      return WidenedStruct(values, type);
    case arrow::Type::MAP:
      return WidenedMap(values, type);
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::LIST_VIEW:
    case arrow::Type::LARGE_LIST_VIEW:
      return WidenedList(values, type);
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
      return WidenedMoment(values, type);
    default:
      return arrow::is_integer(values->type_id()) ? WidenedInteger(values, type) : Cast(values, type);
  }
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::ChunkedArray>> Widened(const std::shared_ptr<arrow::ChunkedArray>& column,
                                                            const TypePtr& type) {
  if (!MayWiden(column->type(), type)) {
    return arrow::Status::Invalid("a value of type ", column->type()->ToString(), " may be another one as ",
                                  type->ToString(), ".");
  }
  arrow::ArrayVector chunks;
  for (const auto& chunk : column->chunks()) {
    ARROW_ASSIGN_OR_RAISE(chunks.emplace_back(), WidenedArray(chunk, type));
  }
  return arrow::ChunkedArray::Make(std::move(chunks), type);
}

}  // namespace feast::scan
