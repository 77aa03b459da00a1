#include "transform/declared_type.h"

#include <cmath>

#include "arrow/array/array_dict.h"
#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/util.h"
#include "arrow/compute/cast.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"

namespace feast {
namespace {

bool IsText(const arrow::DataType& type) {
  return arrow::is_base_binary_like(type.id()) || arrow::is_binary_view_like(type.id()) ||
         type.id() == arrow::Type::FIXED_SIZE_BINARY;
}

bool IsMoment(const arrow::DataType& type) { return type.id() == arrow::Type::TIMESTAMP || arrow::is_date(type.id()); }

bool IsNumber(const arrow::DataType& type) { return arrow::is_numeric(type.id()) || arrow::is_decimal(type.id()); }

bool MayBecome(const arrow::DataType& from, const arrow::DataType& to) {
  if (from.Equals(to) || from.id() == arrow::Type::NA) return true;
  if (from.id() == arrow::Type::DICTIONARY) {
    return MayBecome(*static_cast<const arrow::DictionaryType&>(from).value_type(), to);
  }
  if (IsNumber(to)) return IsNumber(from) || (from.id() == arrow::Type::BOOL && arrow::is_numeric(to.id()));
  if (IsText(to)) return IsText(from);
  if (to.id() == arrow::Type::TIMESTAMP) return IsMoment(from);
  if (arrow::is_list_like(to.id()) && to.id() != arrow::Type::MAP) {
    return arrow::is_list_like(from.id()) && from.id() != arrow::Type::MAP &&
           MayBecome(*from.field(0)->type(), *to.field(0)->type());
  }
  if (from.id() != to.id() || from.num_fields() != to.num_fields() || to.num_fields() == 0) return false;
  for (int i = 0; i < to.num_fields(); ++i) {
    const bool named = to.id() == arrow::Type::STRUCT;
    if (named && from.field(i)->name() != to.field(i)->name()) return false;
    if (!MayBecome(*from.field(i)->type(), *to.field(i)->type())) return false;
  }
  return true;
}

/// pandas writes missing integers as NaN; an integer type has nulls for them.
template <typename ArrowType>
arrow::Result<std::shared_ptr<arrow::Array>> NanToNull(const arrow::Array& values) {
  const auto& typed = static_cast<const arrow::NumericArray<ArrowType>&>(values);
  arrow::NumericBuilder<ArrowType> builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(values.length()));
  for (int64_t i = 0; i < values.length(); ++i) {
    if (typed.IsNull(i) || std::isnan(typed.Value(i))) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(typed.Value(i));
    }
  }
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> WithoutNan(std::shared_ptr<arrow::Array> values) {
  if (values->type_id() == arrow::Type::FLOAT) return NanToNull<arrow::FloatType>(*values);
  if (values->type_id() == arrow::Type::DOUBLE) return NanToNull<arrow::DoubleType>(*values);
  return values;
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> ToDeclaredType(std::shared_ptr<arrow::Array> values,
                                                            const std::shared_ptr<arrow::DataType>& target) {
  if (values->type()->Equals(*target)) return values;
  if (!MayBecome(*values->type(), *target)) {
    return arrow::Status::TypeError("declared as ", target->ToString(), ", but the function returned ",
                                    values->type()->ToString());
  }
  if (values->type_id() == arrow::Type::NA) return arrow::MakeArrayOfNull(target, values->length());
  if (values->type_id() == arrow::Type::DICTIONARY) {
    const auto& type = static_cast<const arrow::DictionaryType&>(*values->type());
    ARROW_ASSIGN_OR_RAISE(values, arrow::compute::Cast(*values, type.value_type()));
    return ToDeclaredType(std::move(values), target);
  }
  arrow::compute::CastOptions options = arrow::compute::CastOptions::Safe(target);
  options.allow_time_truncate = true;
  if (arrow::is_integer(target->id())) {
    ARROW_ASSIGN_OR_RAISE(values, WithoutNan(std::move(values)));
  }
  if (arrow::is_floating(target->id())) options = arrow::compute::CastOptions::Unsafe(target);
  if (values->type_id() == arrow::Type::TIMESTAMP && target->id() == arrow::Type::TIMESTAMP) {
    const auto unit = static_cast<const arrow::TimestampType&>(*values->type()).unit();
    ARROW_ASSIGN_OR_RAISE(
        values, values->View(arrow::timestamp(unit, static_cast<const arrow::TimestampType&>(*target).timezone())));
  }
  auto converted = arrow::compute::Cast(*values, target, options);
  if (!converted.ok()) {
    return arrow::Status::TypeError("declared as ", target->ToString(), ", but a value of type ",
                                    values->type()->ToString(), " does not fit: ", converted.status().message());
  }
  return converted;
}

arrow::Result<std::shared_ptr<arrow::Array>> ToDeclaredType(std::shared_ptr<arrow::Array> values,
                                                            const Type& declared) {
  const bool is_decimal = declared.kind() == Type::Kind::kPrimitive && declared.value_type() == ValueType::kDecimal;
  if (is_decimal && arrow::is_decimal(values->type_id())) return values;
  ARROW_ASSIGN_OR_RAISE(const auto target, declared.ToArrow());
  return ToDeclaredType(std::move(values), target);
}

}  // namespace feast
