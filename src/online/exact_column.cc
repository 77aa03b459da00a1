#include "online/exact_column.h"

#include <cmath>
#include <utility>

#include "arrow/array/array_primitive.h"
#include "arrow/compute/cast.h"
#include "arrow/type.h"
#include "online/struct_as_map.h"

namespace feast {

namespace {

bool IsTextual(const arrow::DataType& type) {
  return arrow::is_base_binary_like(type.id()) || arrow::is_binary_view_like(type.id()) ||
         type.id() == arrow::Type::FIXED_SIZE_BINARY;
}

bool IsMomentous(const arrow::DataType& type) {
  return type.id() == arrow::Type::TIMESTAMP || arrow::is_date(type.id());
}

bool MayBe(const arrow::DataType& from, const arrow::DataType& to) {
  if (from.id() == arrow::Type::NA) return true;
  return IsTextual(from) == IsTextual(to) && IsMomentous(from) == IsMomentous(to);
}

/// A number beyond the range of Float32 becomes infinite without a word.
bool BecameInfinite(const arrow::Array& before, const arrow::Array& after) {
  if (before.type_id() != arrow::Type::DOUBLE || after.type_id() != arrow::Type::FLOAT) return false;
  for (int64_t row = 0; row < before.length(); ++row) {
    if (before.IsValid(row) && std::isinf(static_cast<const arrow::FloatArray&>(after).Value(row)) &&
        !std::isinf(static_cast<const arrow::DoubleArray&>(before).Value(row))) {
      return true;
    }
  }
  return false;
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> ExactColumn(std::shared_ptr<arrow::Array> column, const std::string& name,
                                                         const std::shared_ptr<arrow::DataType>& type) {
  const std::shared_ptr<arrow::DataType> given = column->type();
  if (given->Equals(*type)) return column;
  const auto refused = [&](const std::string& why) {
    return arrow::Status::TypeError("Column '", name, "' must be ", type->ToString(), ", not ", given->ToString(), why);
  };
  if (column->type_id() == arrow::Type::DICTIONARY) {
    const auto& dictionary = static_cast<const arrow::DictionaryType&>(*given);
    ARROW_ASSIGN_OR_RAISE(column, arrow::compute::Cast(*column, dictionary.value_type()));
  }
  ARROW_ASSIGN_OR_RAISE(column, StructsAsMaps(column, *type));
  if (!MayBe(*column->type(), *type)) return refused("");
  arrow::compute::CastOptions options = arrow::compute::CastOptions::Safe(type);
  options.allow_time_truncate = true;
  // Of two floating types the narrower one rounds, as everywhere.
  if (arrow::is_floating(type->id()) && arrow::is_floating(column->type_id())) {
    options = arrow::compute::CastOptions::Unsafe(type);
  }
  if (column->type_id() == arrow::Type::TIMESTAMP && type->id() == arrow::Type::TIMESTAMP) {
    const auto unit = static_cast<const arrow::TimestampType&>(*column->type()).unit();
    ARROW_ASSIGN_OR_RAISE(column, column->View(arrow::timestamp(unit, "UTC")));
  }
  auto converted = arrow::compute::Cast(*column, type, options);
  if (!converted.ok()) return refused(": " + converted.status().message());
  if (BecameInfinite(*column, **converted)) return refused(": a value is beyond the range of the type");
  return converted;
}

}  // namespace feast
