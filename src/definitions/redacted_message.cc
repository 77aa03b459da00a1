#include "definitions/redacted_message.h"

#include <vector>

#include "definitions/proto.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "text/redaction.h"

namespace feast {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void RedactFields(Message* message);

/// Bytes that are text hold options as JSON; others, such as a pickled function, are no text to look through.
std::string RedactedField(const FieldDescriptor& field, const std::string& text) {
  const bool is_text = field.type() != FieldDescriptor::TYPE_BYTES || text.starts_with('{');
  return is_text ? Redacted(text) : text;
}

void RedactMapEntry(const FieldDescriptor& map, Message* entry) {
  const FieldDescriptor& key = *map.message_type()->map_key();
  const FieldDescriptor& value = *map.message_type()->map_value();
  const Reflection& reflection = *entry->GetReflection();
  if (value.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    RedactFields(reflection.MutableMessage(entry, &value));
  } else if (value.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    const std::string name =
        key.cpp_type() == FieldDescriptor::CPPTYPE_STRING ? reflection.GetString(*entry, &key) : std::string();
    reflection.SetString(entry, &value, RedactedValue(name, reflection.GetString(*entry, &value)));
  }
}

void RedactRepeated(const FieldDescriptor& field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
    if (field.is_map()) {
      RedactMapEntry(field, reflection.MutableRepeatedMessage(message, &field, i));
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      RedactFields(reflection.MutableRepeatedMessage(message, &field, i));
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.SetRepeatedString(message, &field, i,
                                   RedactedField(field, reflection.GetRepeatedString(*message, &field, i)));
    }
  }
}

void RedactFields(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated()) {
      RedactRepeated(*field, message);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      RedactFields(reflection.MutableMessage(message, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.SetString(message, field, RedactedField(*field, reflection.GetString(*message, field)));
    }
  }
}

}  // namespace

std::unique_ptr<Message> RedactedCopy(const Message& message) {
  std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  RedactFields(copy.get());
  return copy;
}

std::string FieldWithSecretUrl(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_map() || field->name() == "description" || field->name() == "owner") continue;
    const bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (is_text && IsUrlWithSecret(field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                                          : reflection.GetString(message, field))) {
        return field->name();
      }
      if (!is_message) continue;
      std::string found = FieldWithSecretUrl(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                                                  : reflection.GetMessage(message, field));
      if (!found.empty()) return found;
    }
  }
  return {};
}

std::string ToShownJson(const Message& message) { return ToJson(*RedactedCopy(message)); }

}  // namespace feast
