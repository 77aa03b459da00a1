// Feast types and Arrow types.
#include "arrow/extension_type.h"
#include "arrow/status.h"
#include "arrow/type.h"
#include "feast/types.h"

namespace feast {
namespace {

std::shared_ptr<arrow::DataType> PrimitiveToArrow(ValueType value_type) {
  switch (value_type) {
    case ValueType::kBytes:
    case ValueType::kPdfBytes:
    case ValueType::kImageBytes:
      return arrow::binary();
    case ValueType::kString:
    case ValueType::kUuid:
    case ValueType::kTimeUuid:
    case ValueType::kDecimal:
      return arrow::utf8();
    case ValueType::kInt32:
      return arrow::int32();
    case ValueType::kInt64:
      return arrow::int64();
    case ValueType::kDouble:
      return arrow::float64();
    case ValueType::kFloat:
      return arrow::float32();
    case ValueType::kBool:
      return arrow::boolean();
    case ValueType::kUnixTimestamp:
    case ValueType::kZonedTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case ValueType::kNull:
      return arrow::null();
    case ValueType::kMap:
      return arrow::map(arrow::utf8(), arrow::utf8());
    case ValueType::kJson:
      return arrow::large_utf8();
    default:
      return nullptr;
  }
}

arrow::Status NoFeastType(const arrow::DataType& type) {
  return arrow::Status::TypeError("No Feast type fits Arrow type ", type.ToString(),
                                  ". Leave the column out of the schema or cast it in the source");
}

arrow::Result<Type> ListFromArrow(const arrow::DataType& list) {
  ARROW_ASSIGN_OR_RAISE(Type element, Type::FromArrow(*list.field(0)->type()));
  Type array = Type::Array(std::move(element));
  if (!array.is_valid()) return NoFeastType(list);
  return array;
}

arrow::Result<Type> StructFromArrow(const arrow::DataType& type) {
  std::vector<std::pair<std::string, Type>> fields;
  for (const auto& field : type.fields()) {
    ARROW_ASSIGN_OR_RAISE(Type field_type, Type::FromArrow(*field->type()));
    fields.emplace_back(field->name(), std::move(field_type));
  }
  if (fields.empty()) return NoFeastType(type);
  return Type::Struct(std::move(fields));
}

arrow::Result<Type> ExtensionFromArrow(const arrow::ExtensionType& type) {
  if (type.extension_name() == "arrow.uuid") return Type::Of(ValueType::kUuid);
  if (type.extension_name() == "arrow.json") return Type::Of(ValueType::kJson);
  return Type::FromArrow(*type.storage_type());
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::DataType>> Type::ToArrow() const {
  if (kind_ == Kind::kStruct) {
    arrow::FieldVector arrow_fields;
    for (const auto& [name, type] : fields()) {
      ARROW_ASSIGN_OR_RAISE(auto arrow_type, type.ToArrow());
      arrow_fields.push_back(arrow::field(name, std::move(arrow_type)));
    }
    return arrow::struct_(std::move(arrow_fields));
  }
  if (kind_ != Kind::kPrimitive && is_valid()) {
    ARROW_ASSIGN_OR_RAISE(auto arrow_element, element_->ToArrow());
    return arrow::list(std::move(arrow_element));
  }
  auto arrow_type = PrimitiveToArrow(value_type_);
  if (arrow_type == nullptr) return arrow::Status::TypeError("No Arrow type fits Feast type ", ToString());
  return arrow_type;
}

arrow::Result<Type> Type::FromArrow(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::UINT8:
    case arrow::Type::UINT16:
      return Of(ValueType::kInt32);
    case arrow::Type::INT64:
    case arrow::Type::UINT32:
    case arrow::Type::UINT64:
      return Of(ValueType::kInt64);
    case arrow::Type::HALF_FLOAT:
    case arrow::Type::FLOAT:
      return Of(ValueType::kFloat);
    case arrow::Type::DOUBLE:
      return Of(ValueType::kDouble);
    case arrow::Type::BOOL:
      return Of(ValueType::kBool);
    // Text is Json only where the file or the user says so.
    case arrow::Type::STRING:
    case arrow::Type::STRING_VIEW:
    case arrow::Type::LARGE_STRING:
      return Of(ValueType::kString);
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
    case arrow::Type::FIXED_SIZE_BINARY:
      return Of(ValueType::kBytes);
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
      return Of(ValueType::kUnixTimestamp);
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256:
      return Of(ValueType::kDecimal);
    case arrow::Type::NA:
      return Of(ValueType::kNull);
    case arrow::Type::MAP:
      return Of(ValueType::kMap);
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::LIST_VIEW:
    case arrow::Type::LARGE_LIST_VIEW:
      return ListFromArrow(type);
    case arrow::Type::STRUCT:
      return StructFromArrow(type);
    case arrow::Type::DICTIONARY:
      return FromArrow(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case arrow::Type::RUN_END_ENCODED:
      return FromArrow(*static_cast<const arrow::RunEndEncodedType&>(type).value_type());
    case arrow::Type::EXTENSION:
      return ExtensionFromArrow(static_cast<const arrow::ExtensionType&>(type));
    default:
      return NoFeastType(type);
  }
}

}  // namespace feast
