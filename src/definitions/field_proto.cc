// Fields on the wire. The enumeration cannot say what is inside a struct or a nested collection, so Feast writes that
// into two tags of the field; they are no tags to us.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "definitions/primitive_types.h"
#include "definitions/wire_values.h"
#include "text/json_text.h"

namespace feast {
namespace {

constexpr const char* kStructSchemaTag = "feast:struct_schema";
constexpr const char* kNestedTypeTag = "feast:nested_inner_type";

using Json = nlohmann::ordered_json;

std::string TagText(const Type& type);

std::string StructSchemaText(const Type& type) {
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [name, field_type] : type.fields()) members.emplace_back(name, TagText(field_type));
  return PythonJsonObject(members);
}

std::string TagText(const Type& type) {
  switch (type.kind()) {
    case Type::Kind::kArray:
      return "Array(" + TagText(*type.element()) + ")";
    case Type::Kind::kSet:
      return "Set(" + TagText(*type.element()) + ")";
    case Type::Kind::kStruct:
      return "{\"__struct__\": " + StructSchemaText(type) + "}";
    case Type::Kind::kPrimitive:
      break;
  }
  for (const PrimitiveType& primitive : kPrimitiveTypes) {
    if (primitive.value_type == type.value_type()) return std::string(primitive.tag_name);
  }
  return {};
}

// Deeper than anyone nests types; a tag that goes further is broken or hostile.
constexpr int kNestingMax = 64;

std::optional<Type> TypeFromTag(std::string_view text, int depth);

std::optional<Type> StructFromSchema(const Json& schema, int depth) {
  if (!schema.is_object() || schema.empty()) return std::nullopt;
  std::vector<std::pair<std::string, Type>> fields;
  for (const auto& [name, text] : schema.items()) {
    if (!text.is_string()) return std::nullopt;
    std::optional<Type> type = TypeFromTag(text.get_ref<const std::string&>(), depth + 1);
    if (!type) return std::nullopt;
    fields.emplace_back(name, std::move(*type));
  }
  return Type::Struct(std::move(fields));
}

std::optional<Type> TypeFromTag(std::string_view text, int depth) {
  if (depth > kNestingMax) return std::nullopt;
  for (const auto& [prefix, make] : {std::pair{std::string_view("Array("), &Type::Array}, {"Set(", &Type::Set}}) {
    if (!text.starts_with(prefix) || !text.ends_with(')')) continue;
    text.remove_prefix(prefix.size());
    text.remove_suffix(1);
    std::optional<Type> element = TypeFromTag(text, depth + 1);
    return element ? std::optional<Type>(make(std::move(*element))) : std::nullopt;
  }
  if (text.starts_with('{')) {
    const Json json = ParseJson<Json>(text);
    return json.is_object() && json.contains("__struct__") ? StructFromSchema(json["__struct__"], depth + 1)
                                                           : std::nullopt;
  }
  for (const PrimitiveType& primitive : kPrimitiveTypes) {
    if (primitive.tag_name == text) return Type::Of(primitive.value_type);
  }
  return std::nullopt;
}

// The whole type, when a tag tells it and it agrees with the enumeration.
std::optional<Type> TypeFromTags(ValueType value_type, const Tags& tags) {
  std::optional<Type> type;
  if (const auto nested = tags.find(kNestedTypeTag); nested != tags.end()) type = TypeFromTag(nested->second, 0);
  if (const auto schema = tags.find(kStructSchemaTag); !type && schema != tags.end()) {
    type = StructFromSchema(ParseJson<Json>(schema->second), 0);
    if (type && value_type == ValueType::kStructList) type = Type::Array(std::move(*type));
  }
  return type && type->value_type() == value_type ? type : std::nullopt;
}

}  // namespace

core::FeatureSpecV2 ToProto(const Field& field) {
  core::FeatureSpecV2 wire;
  wire.set_name(field.name);
  wire.set_value_type(static_cast<types::ValueType::Enum>(field.type.value_type()));
  wire.set_description(field.description);
  wire.set_vector_index(field.vector_index);
  wire.set_vector_length(field.vector_length);
  wire.set_vector_search_metric(field.vector_search_metric);
  PutMap(field.tags, wire.mutable_tags());
  switch (field.type.value_type()) {
    case ValueType::kStruct:
      (*wire.mutable_tags())[kStructSchemaTag] = StructSchemaText(field.type);
      break;
    case ValueType::kStructList:
      (*wire.mutable_tags())[kStructSchemaTag] = StructSchemaText(*field.type.element());
      break;
    case ValueType::kValueList:
    case ValueType::kValueSet:
      (*wire.mutable_tags())[kNestedTypeTag] = TagText(field.type);
      break;
    default:
      break;
  }
  return wire;
}

Field FromProto(const core::FeatureSpecV2& proto) {
  const auto value_type = static_cast<ValueType>(proto.value_type());
  Field field;
  field.name = proto.name();
  field.tags = TakeMap(proto.tags());
  field.type = TypeFromTags(value_type, field.tags).value_or(Type::Of(value_type));
  field.tags.erase(kStructSchemaTag);
  field.tags.erase(kNestedTypeTag);
  field.description = proto.description();
  field.vector_index = proto.vector_index();
  field.vector_length = proto.vector_length();
  field.vector_search_metric = proto.vector_search_metric();
  return field;
}

}  // namespace feast
