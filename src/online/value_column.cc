#include "online/value_column.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "arrow/builder.h"
#include "arrow/type.h"
#include "feast/types/Value.pb.h"
#include "google/protobuf/reflection.h"
#include "online/value_bytes.h"

namespace feast {

namespace {

using google::protobuf::Message;

constexpr int64_t kMicrosPerSecond = 1'000'000;

arrow::Status WrongType(const types::Value& value, const Type& type) {
  const auto* field = types::Value::descriptor()->FindFieldByNumber(static_cast<int>(value.val_case()));
  return arrow::Status::TypeError("The feature is declared as ", type.ToString(),
                                  ", but the store has a value in it that was written as another type (",
                                  field == nullptr ? "unknown" : field->name(),
                                  "). Materialize the feature view anew, or give the feature its old type");
}

arrow::Status AppendTo(const types::Value& value, const Type& type, arrow::ArrayBuilder* builder);

/// Feast writes a missing moment as the smallest number. What microseconds do not hold is refused.
arrow::Status AppendSeconds(int64_t seconds, arrow::TimestampBuilder* builder) {
  if (seconds == std::numeric_limits<int64_t>::min()) return builder->AppendNull();
  int64_t micros = 0;
  if (__builtin_mul_overflow(seconds, kMicrosPerSecond, &micros)) {
    return arrow::Status::Invalid("A moment in the store lies beyond what microseconds hold: ", seconds, " seconds");
  }
  return builder->Append(micros);
}

template <typename Element, typename Append>
arrow::Status AppendElements(const Message& list, Append append) {
  const auto* field = list.GetDescriptor()->FindFieldByName("val");
  for (const auto& element : list.GetReflection()->GetRepeatedFieldRef<Element>(list, field)) {
    ARROW_RETURN_NOT_OK(append(element));
  }
  return arrow::Status::OK();
}

template <typename Builder, typename Element>
arrow::Status AppendNumbers(const Message& list, arrow::ArrayBuilder* builder) {
  return AppendElements<Element>(list,
                                 [&](Element element) { return static_cast<Builder*>(builder)->Append(element); });
}

/// A list of scalars is a message with one repeated field, `val`.
arrow::Status AppendScalars(const Message& list, arrow::ArrayBuilder* builder) {
  using google::protobuf::FieldDescriptor;
  switch (list.GetDescriptor()->FindFieldByName("val")->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return AppendElements<std::string>(list, [&](const std::string& text) {
        // JSON's builder has wider offsets.
        if (builder->type()->id() == arrow::Type::LARGE_STRING) {
          return static_cast<arrow::LargeStringBuilder*>(builder)->Append(text);
        }
        return static_cast<arrow::BinaryBuilder*>(builder)->Append(text);
      });
    case FieldDescriptor::CPPTYPE_INT32:
      return AppendNumbers<arrow::Int32Builder, int32_t>(list, builder);
    case FieldDescriptor::CPPTYPE_INT64:
      if (builder->type()->id() == arrow::Type::TIMESTAMP) {
        return AppendElements<int64_t>(list, [&](int64_t seconds) {
          return AppendSeconds(seconds, static_cast<arrow::TimestampBuilder*>(builder));
        });
      }
      return AppendNumbers<arrow::Int64Builder, int64_t>(list, builder);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return AppendNumbers<arrow::DoubleBuilder, double>(list, builder);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return AppendNumbers<arrow::FloatBuilder, float>(list, builder);
    default:
      return AppendNumbers<arrow::BooleanBuilder, bool>(list, builder);
  }
}

arrow::Status AppendList(const types::Value& value, const Type& type, arrow::ListBuilder* builder) {
  const auto* field = FieldOfValue(type);
  if (field == nullptr) return NoOnlinePlace(type);
  if (static_cast<int>(value.val_case()) != field->number()) return WrongType(value, type);
  ARROW_RETURN_NOT_OK(builder->Append());
  switch (type.value_type()) {
    case ValueType::kValueList:
    case ValueType::kValueSet:
      for (const types::Value& element : value.has_list_val() ? value.list_val().val() : value.set_val().val()) {
        ARROW_RETURN_NOT_OK(AppendTo(element, *type.element(), builder->value_builder()));
      }
      return arrow::Status::OK();
    case ValueType::kStructList:
    case ValueType::kMapList: {
      const bool structs = value.has_struct_list_val();
      for (const types::Map& element : structs ? value.struct_list_val().val() : value.map_list_val().val()) {
        types::Value one;
        *(structs ? one.mutable_struct_val() : one.mutable_map_val()) = element;
        ARROW_RETURN_NOT_OK(AppendTo(one, *type.element(), builder->value_builder()));
      }
      return arrow::Status::OK();
    }
    default:
      return AppendScalars(value.GetReflection()->GetMessage(value, field), builder->value_builder());
  }
}

arrow::Status AppendStruct(const types::Value& value, const Type& type, arrow::StructBuilder* builder) {
  if (value.val_case() != types::Value::kStructVal) return WrongType(value, type);
  ARROW_RETURN_NOT_OK(builder->Append());
  for (size_t i = 0; i < type.fields().size(); ++i) {
    const auto& [name, field_type] = type.fields()[i];
    const auto found = value.struct_val().val().find(name);
    arrow::ArrayBuilder* field = builder->field_builder(static_cast<int>(i));
    ARROW_RETURN_NOT_OK(found == value.struct_val().val().end() ? field->AppendNull()
                                                                : AppendTo(found->second, field_type, field));
  }
  return arrow::Status::OK();
}

arrow::Status AppendMap(const types::Value& value, const Type& type, arrow::MapBuilder* builder) {
  if (value.val_case() != types::Value::kMapVal) return WrongType(value, type);
  ARROW_RETURN_NOT_OK(builder->Append());
  auto* keys = static_cast<arrow::StringBuilder*>(builder->key_builder());
  auto* items = static_cast<arrow::StringBuilder*>(builder->item_builder());
  for (const auto& [key, item] : value.map_val().val()) {
    ARROW_RETURN_NOT_OK(keys->Append(key));
    if (item.val_case() == types::Value::VAL_NOT_SET) {
      ARROW_RETURN_NOT_OK(items->AppendNull());
    } else if (item.has_string_val()) {
      ARROW_RETURN_NOT_OK(items->Append(item.string_val()));
    } else {
      return WrongType(item, type);
    }
  }
  return arrow::Status::OK();
}

/// Text of the wire's string-like values, or nullptr.
const std::string* TextOf(const types::Value& value) {
  using Case = types::Value::ValCase;
  switch (value.val_case()) {
    case Case::kStringVal:
      return &value.string_val();
    case Case::kBytesVal:
      return &value.bytes_val();
    case Case::kJsonVal:
      return &value.json_val();
    case Case::kUuidVal:
      return &value.uuid_val();
    case Case::kTimeUuidVal:
      return &value.time_uuid_val();
    case Case::kDecimalVal:
      return &value.decimal_val();
    default:
      return nullptr;
  }
}

arrow::Status AppendTo(const types::Value& value, const Type& type, arrow::ArrayBuilder* builder) {
  using Case = types::Value::ValCase;
  if (value.val_case() == Case::VAL_NOT_SET || value.has_null_val()) return builder->AppendNull();
  const auto is = [&](Case wanted) { return value.val_case() == wanted; };
  switch (type.value_type()) {
    case ValueType::kBytes:
    case ValueType::kPdfBytes:
    case ValueType::kImageBytes:
      if (!is(Case::kBytesVal)) break;
      return static_cast<arrow::BinaryBuilder*>(builder)->Append(value.bytes_val());
    case ValueType::kString:
    case ValueType::kUuid:
    case ValueType::kTimeUuid:
    case ValueType::kDecimal:
      if (const std::string* text = TextOf(value); text != nullptr && !is(Case::kBytesVal)) {
        return static_cast<arrow::StringBuilder*>(builder)->Append(*text);
      }
      break;
    case ValueType::kJson:
      if (!is(Case::kJsonVal) && !is(Case::kStringVal)) break;
      return static_cast<arrow::LargeStringBuilder*>(builder)->Append(*TextOf(value));
    case ValueType::kInt32:
      if (!is(Case::kInt32Val)) break;
      return static_cast<arrow::Int32Builder*>(builder)->Append(value.int32_val());
    case ValueType::kInt64:
      if (is(Case::kInt32Val)) return static_cast<arrow::Int64Builder*>(builder)->Append(value.int32_val());
      if (!is(Case::kInt64Val)) break;
      return static_cast<arrow::Int64Builder*>(builder)->Append(value.int64_val());
    case ValueType::kDouble:
      if (is(Case::kFloatVal)) {
        return static_cast<arrow::DoubleBuilder*>(builder)->Append(static_cast<double>(value.float_val()));
      }
      if (is(Case::kInt32Val)) return static_cast<arrow::DoubleBuilder*>(builder)->Append(value.int32_val());
      if (!is(Case::kDoubleVal)) break;
      return static_cast<arrow::DoubleBuilder*>(builder)->Append(value.double_val());
    case ValueType::kFloat:
      if (!is(Case::kFloatVal)) break;
      return static_cast<arrow::FloatBuilder*>(builder)->Append(value.float_val());
    case ValueType::kBool:
      if (!is(Case::kBoolVal)) break;
      return static_cast<arrow::BooleanBuilder*>(builder)->Append(value.bool_val());
    case ValueType::kUnixTimestamp:
    case ValueType::kZonedTimestamp: {
      if (!is(Case::kUnixTimestampVal) && !is(Case::kZonedTimestampVal)) break;
      const int64_t seconds =
          is(Case::kUnixTimestampVal) ? value.unix_timestamp_val() : value.zoned_timestamp_val().unix_timestamp();
      return AppendSeconds(seconds, static_cast<arrow::TimestampBuilder*>(builder));
    }
    case ValueType::kStruct:
      return AppendStruct(value, type, static_cast<arrow::StructBuilder*>(builder));
    case ValueType::kMap:
      return AppendMap(value, type, static_cast<arrow::MapBuilder*>(builder));
    case ValueType::kNull:
      return builder->AppendNull();
    default:
      if (type.element() == nullptr) return NoOnlinePlace(type);
      return AppendList(value, type, static_cast<arrow::ListBuilder*>(builder));
  }
  return WrongType(value, type);
}

class MessageColumn : public ValueColumn {
 public:
  MessageColumn(Type type, std::unique_ptr<arrow::ArrayBuilder> builder)
      : type_(std::move(type)), builder_(std::move(builder)) {}

  arrow::Status Append(std::string_view bytes) override {
    if (bytes.empty()) return builder_->AppendNull();
    if (!value_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return arrow::Status::Invalid("The online store has bytes that are no feature value");
    }
    return AppendTo(value_, type_, builder_.get());
  }
  arrow::Status AppendNull() override { return builder_->AppendNull(); }
  arrow::Result<std::shared_ptr<arrow::Array>> Finish() override { return builder_->Finish(); }

 private:
  const Type type_;
  const std::unique_ptr<arrow::ArrayBuilder> builder_;
  types::Value value_;
};

}  // namespace

arrow::Result<std::unique_ptr<ValueColumn>> ValueColumn::Make(const Type& type) {
  ARROW_ASSIGN_OR_RAISE(const auto arrow_type, type.ToArrow());
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), arrow_type, &builder));
  return std::make_unique<MessageColumn>(type, std::move(builder));
}

}  // namespace feast
