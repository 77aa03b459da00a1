#include "registry/registry_encoding.h"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/wire_format_lite.h"

namespace feast {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

std::string Canonical(const Message& message) {
  std::string bytes;
  StringOutputStream stream(&bytes);
  CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

bool IsObjectList(const FieldDescriptor* field) {
  return field != nullptr && field->is_repeated() && field->type() == FieldDescriptor::TYPE_MESSAGE;
}

/// For each field: from an object's canonical bytes to those it really has, where the two differ.
using OriginalForms = std::unordered_map<int, std::unordered_map<std::string, std::string_view>>;

// An object that was not edited goes out byte by byte as it came in: another program may order fields otherwise, and
// what hashes or compares those bytes must not see a change. Views point into `bytes`, which outlives them.
OriginalForms FindOriginalForms(const std::string& bytes) {
  OriginalForms forms;
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
  const core::Registry& prototype = core::Registry::default_instance();
  while (const uint32_t tag = input.ReadTag()) {
    const auto* field = prototype.GetDescriptor()->FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (!IsObjectList(field) || WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) break;
      continue;
    }
    uint32_t length = 0;
    if (!input.ReadVarint32(&length)) break;
    // Not looked at before Skip has said that so many bytes are there.
    const std::string_view raw(bytes.data() + input.CurrentPosition(), length);
    if (!input.Skip(static_cast<int>(length))) break;
    std::unique_ptr<Message> object(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(field->message_type())->New());
    if (!object->ParseFromArray(raw.data(), static_cast<int>(raw.size()))) continue;
    std::string canonical = Canonical(*object);
    if (canonical != raw) forms[field->number()].emplace(std::move(canonical), raw);
  }
  return forms;
}

void WriteObjects(const core::Registry& registry, const FieldDescriptor* field, const OriginalForms& forms,
                  CodedOutputStream* output) {
  const auto* reflection = registry.GetReflection();
  const auto known = forms.find(field->number());
  const int size = reflection->FieldSize(registry, field);
  for (int i = 0; i < size; ++i) {
    const std::string canonical = Canonical(reflection->GetRepeatedMessage(registry, field, i));
    std::string_view bytes = canonical;
    if (known != forms.end()) {
      const auto original = known->second.find(canonical);
      if (original != known->second.end()) bytes = original->second;
    }
    output->WriteTag(WireFormatLite::MakeTag(field->number(), WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
    output->WriteVarint32(static_cast<uint32_t>(bytes.size()));
    output->WriteRaw(bytes.data(), static_cast<int>(bytes.size()));
  }
}

}  // namespace

std::string EncodeRegistry(const core::Registry& registry, const std::string& original_bytes) {
  const OriginalForms forms = FindOriginalForms(original_bytes);
  if (forms.empty()) return Canonical(registry);

  // The objects field by field, then everything else as one message: readers take fields in any order.
  std::string bytes;
  core::Registry rest = registry;
  std::vector<const FieldDescriptor*> fields;
  registry.GetReflection()->ListFields(registry, &fields);
  {
    StringOutputStream stream(&bytes);
    CodedOutputStream output(&stream);
    for (const auto* field : fields) {
      if (!IsObjectList(field)) continue;
      WriteObjects(registry, field, forms, &output);
      rest.GetReflection()->ClearField(&rest, field);
    }
  }
  return bytes + Canonical(rest);
}

}  // namespace feast
