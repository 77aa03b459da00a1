#include "registry/registry_text.h"

#include <optional>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "registry/registry_objects.h"
#include "text/utf8.h"

namespace feast {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct BadText {
  /// "features.name", without the "spec." that objects keep everything in.
  std::string field;
  std::string text;
};

std::optional<BadText> FindBadText(const Message& message, const std::string& path);

std::optional<BadText> FindBadText(const Message& message, const FieldDescriptor* field, const std::string& path) {
  const auto* reflection = message.GetReflection();
  const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
  const bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
  for (int i = 0; i < count; ++i) {
    if (is_text) {
      std::string text = field->is_repeated() ? reflection->GetRepeatedString(message, field, i)
                                              : reflection->GetString(message, field);
      if (!IsUtf8(text)) return BadText{path, std::move(text)};
      continue;
    }
    auto bad = FindBadText(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                                : reflection->GetMessage(message, field),
                           path);
    if (bad) return bad;
  }
  return std::nullopt;
}

std::optional<BadText> FindBadText(const Message& message, const std::string& path) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->type() != FieldDescriptor::TYPE_STRING && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    }
    const std::string inner = field->name() == "spec" ? path
                              : path.empty()          ? field->name()
                                                      : path + "." + field->name();
    auto bad = FindBadText(message, field, inner);
    if (bad) return bad;
  }
  return std::nullopt;
}

arrow::Status NotText(const std::string& object, const BadText& bad, const std::string& where) {
  return arrow::Status::Invalid("The ", object, where, " cannot be registered: its `", bad.field, "` is '",
                                Utf8OrEscaped(bad.text), "', which is not UTF-8 text from byte ",
                                Utf8PrefixBytes(bad.text) + 1,
                                " on. Write it in UTF-8; where it is a column's name, write the file's header anew");
}

}  // namespace

arrow::Status CheckText(ObjectKind kind, const std::string& name, const Message& object, const std::string& where) {
  const auto bad = FindBadText(object, "");
  if (!bad) return arrow::Status::OK();
  return NotText(std::string(ObjectKindName(kind)) + " '" + Utf8OrEscaped(name) + "'", *bad, Utf8OrEscaped(where));
}

arrow::Status CheckReadable(const std::string& bytes, const core::Registry& registry, const std::string& location) {
  core::Registry again;
  if (again.ParseFromString(bytes)) return arrow::Status::OK();
  arrow::Status bad;
  ForEachObject(registry, [&](ObjectKind kind, const std::string&, const std::string& name, const Message& object) {
    if (bad.ok()) bad = CheckText(kind, name, object);
  });
  if (!bad.ok()) return bad;
  if (const auto text = FindBadText(registry, "")) return NotText("registry", *text, "");
  return arrow::Status::Invalid(
      "What was to be registered could not be read again, so nothing was written. Objects as large as this (",
      bytes.size(), " bytes in all) belong into several registries. Registry: ", location);
}

}  // namespace feast
