#include "registry/project_bytes.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "feast/core/Registry.pb.h"
#include "google/protobuf/descriptor.h"

namespace feast {

namespace {

using google::protobuf::FieldDescriptor;

/// Where an object of one kind says its project: in field `project` of its field `spec`, or, when that is 0, in its
/// own.
struct ProjectPlace {
  int spec = 0, project = 0;
};

/// Reads the fields of one message in order. A protobuf stream would copy, check and remember more than is needed here.
class WireFields {
 public:
  explicit WireFields(std::string_view message) : rest_(message) {}

  /// The next field; false at the end, and when what follows is not well-formed.
  /// All views are into the message, and no length goes beyond it: Skip checks before anything is taken.
  bool Next() {
    const char* const start = rest_.data();
    uint64_t tag = 0;
    if (rest_.empty() || !Varint(&tag)) return false;
    number = static_cast<int>(tag >> 3);
    content = {};
    if (number == 0 || !Value(tag & 7)) return false;
    whole = {start, static_cast<size_t>(rest_.data() - start)};
    return true;
  }
  bool at_end() const { return rest_.empty() && !failed_; }

  int number = 0;
  /// What a length-delimited field holds; and the field with its tag.
  std::string_view content, whole;

 private:
  bool Value(uint64_t type) {
    uint64_t value = 0;
    if (type == 0) return Varint(&value);
    if (type == 1) return Skip(8);
    if (type == 5) return Skip(4);
    // Groups, the wire types 3 and 4, occur in no registry.
    if (type != 2 || !Varint(&value)) return Fail();
    const char* const start = rest_.data();
    if (!Skip(value)) return false;
    content = {start, static_cast<size_t>(value)};
    return true;
  }
  bool Varint(uint64_t* value) {
    *value = 0;
    // Ten bytes at most, as in protobuf.
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      *value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return true;
    }
    return Fail();
  }
  bool Skip(uint64_t count) {
    if (count > rest_.size()) return Fail();
    rest_.remove_prefix(count);
    return true;
  }
  bool Fail() {
    failed_ = true;
    return false;
  }

  std::string_view rest_;
  bool failed_ = false;
};

std::unordered_map<int, ProjectPlace> FindProjectPlaces() {
  std::unordered_map<int, ProjectPlace> places;
  const auto* registry = core::Registry::descriptor();
  for (int i = 0; i < registry->field_count(); ++i) {
    const FieldDescriptor* field = registry->field(i);
    if (!field->is_repeated() || field->type() != FieldDescriptor::TYPE_MESSAGE) continue;
    const auto* spec = field->message_type()->FindFieldByName("spec");
    const auto* owner = spec == nullptr ? field->message_type() : spec->message_type();
    const auto* project = owner->FindFieldByName("project");
    if (project == nullptr) continue;
    places[field->number()] = {spec == nullptr ? 0 : spec->number(), project->number()};
  }
  return places;
}

/// The last field of that number, as protobuf has it.
std::string_view FieldOf(std::string_view message, int number) {
  std::string_view found;
  WireFields fields(message);
  while (fields.Next()) {
    if (fields.number == number) found = fields.content;
  }
  return found;
}

}  // namespace

std::optional<std::string> BytesOfProject(const std::string& bytes, const std::string& project) {
  static const std::unordered_map<int, ProjectPlace> places = FindProjectPlaces();
  std::string kept;
  WireFields fields(bytes);
  while (fields.Next()) {
    // What has no project, such as unknown fields and the stamp of the version, is kept.
    const auto place = places.find(fields.number);
    if (place != places.end()) {
      const std::string_view owner =
          place->second.spec == 0 ? fields.content : FieldOf(fields.content, place->second.spec);
      if (FieldOf(owner, place->second.project) != project) continue;
    }
    kept.append(fields.whole);
  }
  // Nothing left of something: perhaps these bytes are no registry, which only parsing all of them tells.
  if (!fields.at_end() || (kept.empty() && !bytes.empty())) return std::nullopt;
  return kept;
}

}  // namespace feast
