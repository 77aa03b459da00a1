// Messages as JSON, as Python's protobuf prints them, and as bytes that are always the same for the same message.
//
// Protobuf's own C++ printer indents by one space and prints maps in no particular order.
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arrow/util/base64.h"
#include "definitions/proto.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"
#include "google/protobuf/wrappers.pb.h"
#include "text/json_text.h"

namespace feast {
namespace {

using Json = nlohmann::ordered_json;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::TimeUtil;

Json MessageToJson(const Message& message);

template <typename Real>
Json RealToJson(Real value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  // The shortest decimal that is this number; a float widened to double would show digits that it does not have.
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  double shortest = 0;
  std::from_chars(text, end, shortest);
  return shortest;
}

// One value of a field: `index` of a repeated field, or -1.
Json ValueToJson(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return one ? reflection.GetInt32(message, &field) : reflection.GetRepeatedInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_UINT32:
      return one ? reflection.GetUInt32(message, &field) : reflection.GetRepeatedUInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(one ? reflection.GetInt64(message, &field)
                                : reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return std::to_string(one ? reflection.GetUInt64(message, &field)
                                : reflection.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return RealToJson(one ? reflection.GetDouble(message, &field)
                            : reflection.GetRepeatedDouble(message, &field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return RealToJson(one ? reflection.GetFloat(message, &field)
                            : reflection.GetRepeatedFloat(message, &field, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return one ? reflection.GetBool(message, &field) : reflection.GetRepeatedBool(message, &field, index);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number =
          one ? reflection.GetEnumValue(message, &field) : reflection.GetRepeatedEnumValue(message, &field, index);
      const auto* value = field.enum_type()->FindValueByNumber(number);
      return value == nullptr ? Json(number) : Json(value->name());
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text =
          one ? reflection.GetString(message, &field) : reflection.GetRepeatedString(message, &field, index);
      return field.type() == FieldDescriptor::TYPE_BYTES ? arrow::util::base64_encode(text) : text;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageToJson(one ? reflection.GetMessage(message, &field)
                               : reflection.GetRepeatedMessage(message, &field, index));
  }
  return nullptr;
}

Json MapToJson(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor& key = *field.message_type()->map_key();
  const FieldDescriptor& value = *field.message_type()->map_value();
  std::map<std::string, Json> sorted;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    const Json key_json = ValueToJson(entry, key, -1);
    sorted[key_json.is_string() ? key_json.get<std::string>() : JsonText(key_json)] = ValueToJson(entry, value, -1);
  }
  Json json = Json::object();
  for (auto& [name, member] : sorted) json[name] = std::move(member);
  return json;
}

Json MessageToJson(const Message& message) {
  if (const auto* time = dynamic_cast<const google::protobuf::Timestamp*>(&message)) return TimeUtil::ToString(*time);
  if (const auto* span = dynamic_cast<const google::protobuf::Duration*>(&message)) return TimeUtil::ToString(*span);
  if (const auto* text = dynamic_cast<const google::protobuf::StringValue*>(&message)) return text->value();
  Json json = Json::object();
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    Json& member = json[field->json_name()];
    if (field->is_map()) {
      member = MapToJson(message, *field);
    } else if (field->is_repeated()) {
      member = Json::array();
      for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
        member.push_back(ValueToJson(message, *field, i));
      }
    } else {
      member = ValueToJson(message, *field, -1);
    }
  }
  return json;
}

}  // namespace

std::string ToJson(const google::protobuf::Message& message) {
  return MessageToJson(message).dump(2, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string ToBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace feast
