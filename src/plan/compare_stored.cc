#include "plan/compare_stored.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "definitions/redacted_message.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/timestamp.pb.h"
#include "text/redaction.h"

namespace feast {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;

std::string StringField(const Message& message, const char* name) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return {};
  return message.GetReflection()->GetString(message, field);
}

/// "86400s", "1.5s"; "" for zero: a zero time to live means the same as none.
std::string DurationText(const Message& message) {
  const auto& duration = static_cast<const google::protobuf::Duration&>(message);
  if (duration.seconds() == 0 && duration.nanos() == 0) return {};
  std::string text = std::to_string(duration.seconds());
  if (duration.nanos() != 0) {
    std::string digits = std::to_string(std::abs(duration.nanos()));
    digits.insert(0, 9 - digits.size(), '0');
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + "s";
}

std::string OneLine(const Message& message) {
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(*RedactedCopy(message), &text);
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return "{" + text + "}";
}

std::string ScalarText(const Message& message, const FieldDescriptor* field, int index) {
  if (field->type() == FieldDescriptor::TYPE_STRING) {
    std::string scratch;
    const auto* reflection = message.GetReflection();
    return index < 0 ? reflection->GetStringReference(message, field, &scratch)
                     : reflection->GetRepeatedStringReference(message, field, index, &scratch);
  }
  if (field->type() == FieldDescriptor::TYPE_BYTES) {
    const std::string bytes = index < 0 ? message.GetReflection()->GetString(message, field)
                                        : message.GetReflection()->GetRepeatedString(message, field, index);
    if (bytes.empty()) return {};
    return "<" + std::to_string(bytes.size()) + " bytes, checksum " +
           std::to_string(std::hash<std::string>{}(bytes) % 1000000) + ">";
  }
  std::string text;
  TextFormat::PrintFieldValueToString(message, field, index, &text);
  return text;
}

bool IsTime(const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         (field->message_type()->full_name() == "google.protobuf.Duration" ||
          field->message_type()->full_name() == "google.protobuf.Timestamp");
}

std::string TimeText(const FieldDescriptor* field, const Message& message) {
  return field->message_type()->full_name() == "google.protobuf.Duration" ? DurationText(message) : OneLine(message);
}

/// Collects differences under a path. `before` or `after` may be null: the whole message was added or removed.
class Comparison {
 public:
  explicit Comparison(bool strict) : strict_(strict) {}

  void Messages(const Message* before, const Message* after, const std::string& path) {
    // At least one is there: who calls has a message, or an element of a list that one side has.
    const Message& either = before != nullptr ? *before : *after;
    for (int i = 0; i < either.GetDescriptor()->field_count(); ++i) {
      const auto* field = either.GetDescriptor()->field(i);
      if (IsIgnored(field, before, after)) continue;
      const std::string its_path = path.empty() ? field->name() : path + "." + field->name();
      if (field->is_repeated()) {
        List(field, before, after, its_path);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Submessage(field, before, after, its_path);
      } else {
        Leaf(its_path, Scalar(field, before, after == nullptr), Scalar(field, after, before == nullptr));
      }
    }
  }

  std::vector<FieldChange> TakeChanges() {
    std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return std::move(changes_);
  }

 private:
  /// What one element of a list is called, how it reads, and itself when it is a message.
  struct Element {
    std::string text;
    const Message* message = nullptr;
    int position = 0;
  };
  using Elements = std::map<std::string, Element>;

  bool IsIgnored(const FieldDescriptor* field, const Message* before, const Message* after) const {
    const std::string& name = field->name();
    if (name == "meta") return true;
    const std::string& type = field->containing_type()->name();
    const auto text_of = [](const Message* message, const char* its_name) {
      return message == nullptr ? std::string() : StringField(*message, its_name);
    };
    // Some writers leave it out. A source without it is no other source.
    if (name == "data_source_class_type")
      return text_of(before, "data_source_class_type").empty() || text_of(after, "data_source_class_type").empty();
    if (name == "body" && type.starts_with("UserDefinedFunction")) {
      // A pickle differs from one Python to the next; the source text is what counts.
      return !text_of(before, "body_text").empty() || !text_of(after, "body_text").empty();
    }
    // Strict: whether two stored forms are the same object. Otherwise what a person would call a change: copies that
    // follow from the view are shown with the view.
    if (strict_) return false;
    static constexpr std::string_view kRepeatedFromView[] = {
        "batch_source", "stream_source", "timestamp_field", "date_partition_column", "created_timestamp_column",
        "view_type"};
    return type == "FeatureViewProjection" &&
           std::find(std::begin(kRepeatedFromView), std::end(kRepeatedFromView), name) != std::end(kRepeatedFromView);
  }

  /// Default values of a message that stands alone are not worth a line.
  static std::string Scalar(const FieldDescriptor* field, const Message* message, bool other_is_absent) {
    if (message == nullptr) return {};
    if (other_is_absent || field->has_presence()) {
      const auto* reflection = message->GetReflection();
      if (!reflection->HasField(*message, field)) return {};
    }
    return ScalarText(*message, field, -1);
  }

  void Leaf(const std::string& path, const std::string& before, const std::string& after) {
    if (before != after) Add(path, "", before, after);
  }

  /// Two different secrets are a change that shows neither. `key`: of an entry of a map.
  void Add(const std::string& path, const std::string& key, const std::string& before, const std::string& after) {
    changes_.push_back({Redacted(path), RedactedValue(key, before), RedactedValue(key, after)});
  }

  void Submessage(const FieldDescriptor* field, const Message* before, const Message* after, const std::string& path) {
    const auto get = [field](const Message* message) -> const Message* {
      if (message == nullptr || !message->GetReflection()->HasField(*message, field)) return nullptr;
      return &message->GetReflection()->GetMessage(*message, field);
    };
    const Message* old_value = get(before);
    const Message* new_value = get(after);
    if (old_value == nullptr && new_value == nullptr) return;
    if (IsTime(field)) {
      Leaf(path, old_value ? TimeText(field, *old_value) : "", new_value ? TimeText(field, *new_value) : "");
      return;
    }
    const size_t known = changes_.size();
    Messages(old_value, new_value, path);
    // An empty message that comes or goes can still mean something: the format of a file, say.
    if (changes_.size() == known && (old_value == nullptr) != (new_value == nullptr)) {
      const Message& either = old_value != nullptr ? *old_value : *new_value;
      if (either.ByteSizeLong() == 0) Leaf(path, old_value ? "{}" : "", new_value ? "{}" : "");
    }
  }

  static Elements ElementsOf(const FieldDescriptor* field, const Message* message) {
    Elements elements;
    if (message == nullptr) return elements;
    const auto* reflection = message->GetReflection();
    const int size = reflection->FieldSize(*message, field);
    for (int i = 0; i < size; ++i) {
      Element element;
      std::string key;
      element.position = i;
      if (field->is_map()) {
        const Message& entry = reflection->GetRepeatedMessage(*message, field, i);
        const auto* value = entry.GetDescriptor()->map_value();
        key = ScalarText(entry, entry.GetDescriptor()->map_key(), -1);
        // A map has no order.
        element.position = 0;
        if (value->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
          element.message = &entry.GetReflection()->GetMessage(entry, value);
        } else {
          element.text = ScalarText(entry, value, -1);
        }
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        element.message = &reflection->GetRepeatedMessage(*message, field, i);
        key = ElementName(*element.message);
      } else {
        key = element.text = ScalarText(*message, field, i);
      }
      if (key.empty() && !field->is_map()) key = std::to_string(i);
      // Elements are matched by name, wherever they stand. Two of one name are matched in order, so that none is lost.
      std::string unique = key;
      for (int copy = 2; elements.count(unique) != 0; ++copy) unique = key + "#" + std::to_string(copy);
      elements.emplace(std::move(unique), std::move(element));
    }
    return elements;
  }

  void List(const FieldDescriptor* field, const Message* before, const Message* after, const std::string& path) {
    const Elements old_elements = ElementsOf(field, before);
    const Elements new_elements = ElementsOf(field, after);
    const auto show = [](const Element& element) {
      return element.message != nullptr ? OneLine(*element.message) : element.text;
    };
    // Old and new positions of what is on both sides. What was added or removed shifts others, which is no move.
    std::vector<std::pair<int, int>> moves;
    const auto name = [field](const std::string& key) { return field->is_map() ? key : std::string(); };
    for (const auto& [key, element] : old_elements) {
      const std::string its_path = path + "[" + key + "]";
      const auto found = new_elements.find(key);
      if (found == new_elements.end()) {
        Add(its_path, name(key), show(element), "");
        continue;
      }
      moves.emplace_back(element.position, found->second.position);
      if (element.message != nullptr) {
        Messages(element.message, found->second.message, its_path);
      } else if (element.text != found->second.text) {
        Add(its_path, name(key), element.text, found->second.text);
      }
    }
    for (const auto& [key, element] : new_elements) {
      if (old_elements.count(key) == 0) Add(path + "[" + key + "]", name(key), "", show(element));
    }
    Positions(old_elements, moves, path);
  }

  /// Elements whose place among those that stayed is another one.
  void Positions(const Elements& old_elements, std::vector<std::pair<int, int>> moves, const std::string& path) {
    std::sort(moves.begin(), moves.end());
    std::vector<int> places;
    for (const auto& move : moves) places.push_back(move.second);
    if (std::is_sorted(places.begin(), places.end())) return;
    std::vector<int> sorted = places;
    std::sort(sorted.begin(), sorted.end());
    for (size_t i = 0; i < moves.size(); ++i) {
      // In its place among those that stayed.
      if (places[i] == sorted[i]) continue;
      const auto old_element = std::find_if(old_elements.begin(), old_elements.end(),
                                            [&](const auto& entry) { return entry.second.position == moves[i].first; });
      changes_.push_back({path + "[" + old_element->first + "].position", std::to_string(moves[i].first + 1),
                          std::to_string(places[i] + 1)});
    }
  }

  bool strict_;
  std::vector<FieldChange> changes_;
};

}  // namespace

std::string ElementName(const Message& element) {
  const std::string name = StringField(element, "name");
  if (!name.empty()) return name;
  const std::string alias = StringField(element, "feature_view_name_alias");
  return alias.empty() ? StringField(element, "feature_view_name") : alias;
}

std::vector<FieldChange> CompareStored(const Message& before, const Message& after) {
  Comparison comparison(false);
  comparison.Messages(&before, &after, "");
  return comparison.TakeChanges();
}

bool SameButMeta(const Message& a, const Message& b) {
  Comparison comparison(true);
  comparison.Messages(&a, &b, "");
  return comparison.TakeChanges().empty();
}

}  // namespace feast
