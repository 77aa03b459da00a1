#include "online/value_bytes.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/type.h"
#include "feast/types/Value.pb.h"
#include "google/protobuf/reflection.h"

namespace feast {

namespace {

using google::protobuf::Message;

/// Feast keeps whole seconds; towards the past.
int64_t FloorSeconds(int64_t micros) {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::microseconds(micros)).count();
}

std::string_view TextAt(const arrow::Array& array, int64_t row) {
  if (array.type_id() == arrow::Type::LARGE_STRING)
    return static_cast<const arrow::LargeStringArray&>(array).GetView(row);
  return static_cast<const arrow::BinaryArray&>(array).GetView(row);
}

arrow::Status SetValue(const arrow::Array& array, int64_t row, const Type& type, types::Value* value);

/// The elements of one list. A list of an online store has no place for a null; of a number that can be, it is NaN.
template <typename Element, typename Get>
arrow::Status AddElements(const arrow::Array& elements, int64_t begin, int64_t end, Message* list, Get get) {
  const auto* field = list->GetDescriptor()->FindFieldByName("val");
  auto added = list->GetReflection()->GetMutableRepeatedFieldRef<Element>(list, field);
  for (int64_t i = begin; i < end; ++i) {
    if (elements.IsValid(i)) {
      added.Add(get(i));
    } else if constexpr (std::is_floating_point_v<Element>) {
      added.Add(std::numeric_limits<Element>::quiet_NaN());
    } else {
      return arrow::Status::Invalid("A list that is stored online cannot have a null in it");
    }
  }
  return arrow::Status::OK();
}

template <typename Array, typename Element>
arrow::Status AddNumbers(const arrow::Array& elements, int64_t begin, int64_t end, Message* list) {
  return AddElements<Element>(elements, begin, end, list,
                              [&](int64_t i) { return static_cast<const Array&>(elements).Value(i); });
}

/// A list of scalars is a message with one repeated field, `val`.
arrow::Status SetScalars(const arrow::Array& elements, int64_t begin, int64_t end, Message* list) {
  using google::protobuf::FieldDescriptor;
  switch (list->GetDescriptor()->FindFieldByName("val")->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return AddElements<std::string>(elements, begin, end, list,
                                      [&](int64_t i) { return std::string(TextAt(elements, i)); });
    case FieldDescriptor::CPPTYPE_INT32:
      return AddNumbers<arrow::Int32Array, int32_t>(elements, begin, end, list);
    case FieldDescriptor::CPPTYPE_INT64:
      if (elements.type_id() == arrow::Type::TIMESTAMP) {
        const auto& moments = static_cast<const arrow::TimestampArray&>(elements);
        return AddElements<int64_t>(elements, begin, end, list,
                                    [&](int64_t i) { return FloorSeconds(moments.Value(i)); });
      }
      return AddNumbers<arrow::Int64Array, int64_t>(elements, begin, end, list);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return AddNumbers<arrow::DoubleArray, double>(elements, begin, end, list);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return AddNumbers<arrow::FloatArray, float>(elements, begin, end, list);
    default:
      return AddNumbers<arrow::BooleanArray, bool>(elements, begin, end, list);
  }
}

arrow::Status SetList(const arrow::Array& array, int64_t row, const Type& type, types::Value* value) {
  const auto& lists = static_cast<const arrow::ListArray&>(array);
  const arrow::Array& elements = *lists.values();
  const int64_t begin = lists.value_offset(row), end = lists.value_offset(row + 1);
  switch (type.value_type()) {
    case ValueType::kValueList:
    case ValueType::kValueSet: {
      auto* list = type.value_type() == ValueType::kValueList ? value->mutable_list_val() : value->mutable_set_val();
      for (int64_t i = begin; i < end; ++i) {
        ARROW_RETURN_NOT_OK(SetValue(elements, i, *type.element(), list->add_val()));
      }
      return arrow::Status::OK();
    }
    case ValueType::kStructList:
    case ValueType::kMapList: {
      const bool structs = type.value_type() == ValueType::kStructList;
      auto* list = structs ? value->mutable_struct_list_val() : value->mutable_map_list_val();
      for (int64_t i = begin; i < end; ++i) {
        types::Value one;
        ARROW_RETURN_NOT_OK(SetValue(elements, i, *type.element(), &one));
        *list->add_val() = std::move(*(structs ? one.mutable_struct_val() : one.mutable_map_val()));
      }
      return arrow::Status::OK();
    }
    default: {
      const auto* field = FieldOfValue(type);
      if (field == nullptr) return NoOnlinePlace(type);
      return SetScalars(elements, begin, end, value->GetReflection()->MutableMessage(value, field));
    }
  }
}

arrow::Status SetValue(const arrow::Array& array, int64_t row, const Type& type, types::Value* value) {
  if (array.IsNull(row)) return arrow::Status::OK();
  switch (type.value_type()) {
    case ValueType::kBytes:
    case ValueType::kPdfBytes:
    case ValueType::kImageBytes:
      value->set_bytes_val(std::string(TextAt(array, row)));
      return arrow::Status::OK();
    case ValueType::kString:
      value->set_string_val(std::string(TextAt(array, row)));
      return arrow::Status::OK();
    case ValueType::kJson:
      value->set_json_val(std::string(TextAt(array, row)));
      return arrow::Status::OK();
    case ValueType::kUuid:
      value->set_uuid_val(std::string(TextAt(array, row)));
      return arrow::Status::OK();
    case ValueType::kTimeUuid:
      value->set_time_uuid_val(std::string(TextAt(array, row)));
      return arrow::Status::OK();
    case ValueType::kDecimal:
      value->set_decimal_val(std::string(TextAt(array, row)));
      return arrow::Status::OK();
    case ValueType::kInt32:
      value->set_int32_val(static_cast<const arrow::Int32Array&>(array).Value(row));
      return arrow::Status::OK();
    case ValueType::kInt64:
      value->set_int64_val(static_cast<const arrow::Int64Array&>(array).Value(row));
      return arrow::Status::OK();
    case ValueType::kDouble:
      value->set_double_val(static_cast<const arrow::DoubleArray&>(array).Value(row));
      return arrow::Status::OK();
    case ValueType::kFloat:
      value->set_float_val(static_cast<const arrow::FloatArray&>(array).Value(row));
      return arrow::Status::OK();
    case ValueType::kBool:
      value->set_bool_val(static_cast<const arrow::BooleanArray&>(array).Value(row));
      return arrow::Status::OK();
    case ValueType::kUnixTimestamp:
      value->set_unix_timestamp_val(FloorSeconds(static_cast<const arrow::TimestampArray&>(array).Value(row)));
      return arrow::Status::OK();
    case ValueType::kZonedTimestamp:
      value->mutable_zoned_timestamp_val()->set_unix_timestamp(
          FloorSeconds(static_cast<const arrow::TimestampArray&>(array).Value(row)));
      value->mutable_zoned_timestamp_val()->set_zone("UTC");
      return arrow::Status::OK();
    case ValueType::kStruct: {
      const auto& structs = static_cast<const arrow::StructArray&>(array);
      auto& map = *value->mutable_struct_val()->mutable_val();
      for (size_t i = 0; i < type.fields().size(); ++i) {
        const auto& [name, field_type] = type.fields()[i];
        ARROW_RETURN_NOT_OK(SetValue(*structs.field(static_cast<int>(i)), row, field_type, &map[name]));
      }
      return arrow::Status::OK();
    }
    case ValueType::kMap: {
      const auto& maps = static_cast<const arrow::MapArray&>(array);
      auto& map = *value->mutable_map_val()->mutable_val();
      for (int64_t i = maps.value_offset(row); i < maps.value_offset(row + 1); ++i) {
        types::Value& item = map[std::string(TextAt(*maps.keys(), i))];
        if (maps.items()->IsValid(i)) item.set_string_val(std::string(TextAt(*maps.items(), i)));
      }
      return arrow::Status::OK();
    }
    case ValueType::kNull:
      return arrow::Status::OK();
    default:
      return type.element() != nullptr ? SetList(array, row, type, value) : NoOnlinePlace(type);
  }
}

}  // namespace

const google::protobuf::FieldDescriptor* FieldOfValue(const Type& type) {
  return types::Value::descriptor()->FindFieldByNumber(static_cast<int>(type.value_type()));
}

arrow::Status NoOnlinePlace(const Type& type) {
  return arrow::Status::NotImplemented("This version keeps no values of this type in an online store: ",
                                       type.ToString());
}

arrow::Result<std::shared_ptr<arrow::BinaryArray>> ValueBytesOf(const arrow::Array& column, const Type& type) {
  arrow::BinaryBuilder builder;
  types::Value value;
  std::string bytes;
  for (int64_t row = 0; row < column.length(); ++row) {
    value.Clear();
    ARROW_RETURN_NOT_OK(SetValue(column, row, type, &value));
    value.SerializeToString(&bytes);
    ARROW_RETURN_NOT_OK(builder.Append(bytes));
  }
  std::shared_ptr<arrow::BinaryArray> result;
  ARROW_RETURN_NOT_OK(builder.Finish(&result));
  return result;
}

}  // namespace feast
