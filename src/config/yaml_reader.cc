#include "config/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <sstream>

#include "text/utf8.h"

namespace feast {
namespace {

constexpr size_t kBytesMax = 4 << 20;
constexpr int kDepthMax = 64;
// Aliases share nodes in the file and are copied here: a few lines could stand for billions of values.
constexpr int kValuesMax = 100'000;

constexpr const char* kStandardTag = "tag:yaml.org,2002:";

/// Converts one document's nodes, remembering their lines.
class Converter {
 public:
  explicit Converter(ConfigSource* source) : source_(*source) {}

  arrow::Status Convert(const YAML::Node& node, const std::string& path, int depth, ConfigValue* out) {
    if (depth > kDepthMax) return Error(node, "is nested more than " + std::to_string(kDepthMax) + " levels deep.");
    if (++values_ > kValuesMax) return Error(node, "has too many values; do its aliases (*name) repeat each other?");
    ARROW_RETURN_NOT_OK(CheckTag(node));
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        return Scalar(node, out);
      case YAML::NodeType::Sequence:
        return Sequence(node, path, depth, out);
      case YAML::NodeType::Map:
        return Mapping(node, path, depth, out);
      default:
        *out = ConfigValue();
        return arrow::Status::OK();
    }
  }

 private:
  arrow::Status Error(const YAML::Node& node, const std::string& message) {
    return source_.ErrorAt(node.Mark().line + 1, message);
  }

  arrow::Status CheckTag(const YAML::Node& node) {
    const std::string& tag = node.Tag();
    if (tag.empty() || tag == "?" || tag == "!") return arrow::Status::OK();
    if (tag.starts_with(kStandardTag)) {
      const std::string name = tag.substr(std::string_view(kStandardTag).size());
      for (const char* known : {"str", "int", "float", "bool", "null", "map", "seq"}) {
        if (name == known) return arrow::Status::OK();
      }
      return Error(node, "the tag !!" + name + " is not allowed: a configuration is plain values.");
    }
    // The tag itself may be a secret that starts with '!' and lacks its quotes.
    return Error(node, "a tag (a word that starts with '!') is not allowed. Put text that starts so in quotes.");
  }

  arrow::Status Scalar(const YAML::Node& node, ConfigValue* out) {
    // yaml-cpp tags plain scalars "?", quoted ones "!".
    const std::string& tag = node.Tag();
    const bool is_text = tag == "!" || (tag.starts_with(kStandardTag) && tag.ends_with(":str"));
    *out = is_text ? ConfigValue(node.Scalar()) : PlainScalar(node.Scalar());
    return arrow::Status::OK();
  }

  arrow::Status Sequence(const YAML::Node& node, const std::string& path, int depth, ConfigValue* out) {
    ConfigValue::List list;
    for (const YAML::Node& item : node) {
      ConfigValue value;
      const std::string item_path = path + "." + std::to_string(list.size());
      source_.lines[item_path] = item.Mark().line + 1;
      ARROW_RETURN_NOT_OK(Convert(item, item_path, depth + 1, &value));
      list.push_back(std::move(value));
    }
    *out = ConfigValue(std::move(list));
    return arrow::Status::OK();
  }

  arrow::Status Mapping(const YAML::Node& node, const std::string& path, int depth, ConfigValue* out) {
    ConfigValue::Map map, merged;
    for (const auto& entry : node) {
      const YAML::Node& key_node = entry.first;
      if (!key_node.IsScalar()) return Error(key_node, "a key must be a word.");
      const std::string& key = key_node.Scalar();
      const std::string key_path = path.empty() ? key : path + "." + key;
      ConfigValue value;
      source_.lines[key_path] = key_node.Mark().line + 1;
      ARROW_RETURN_NOT_OK(Convert(entry.second, key_path, depth + 1, &value));
      if (key == "<<" && key_node.Tag() == "?") {
        ARROW_RETURN_NOT_OK(Merge(entry.second, value, &merged));
      } else if (!map.emplace(key, std::move(value)).second) {
        return Error(key_node, "'" + key + "' stands twice here; leave one of them.");
      }
    }
    map.merge(merged);
    *out = ConfigValue(std::move(map));
    return arrow::Status::OK();
  }

  /// `<<: *defaults`: what the mapping (or each of several, the first winning) has and this one does not.
  arrow::Status Merge(const YAML::Node& node, const ConfigValue& value, ConfigValue::Map* merged) {
    const ConfigValue::List alone = {value};
    const ConfigValue::List* sources = value.As<ConfigValue::List>();
    for (const ConfigValue& source : sources ? *sources : alone) {
      const auto* map = source.As<ConfigValue::Map>();
      if (!map) return Error(node, "'<<' takes mappings only.");
      merged->insert(map->begin(), map->end());
    }
    return arrow::Status::OK();
  }

  ConfigSource& source_;
  int values_ = 0;
};

/// What yaml-cpp found wrong, without the words it quotes: they may be a secret whose quotes were forgotten.
std::string SyntaxError(const YAML::Exception& error) {
  const std::string what = error.msg.substr(0, error.msg.find(':'));
  if (what.find("anchor is not defined") != std::string::npos) {
    return "text that starts with '*' names an anchor that is not defined. Put it in quotes if it is just text.";
  }
  return "this is not YAML: " + what + ".";
}

/// Knows where documents start and nothing else.
class DocumentStarts : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { line_ = mark.line + 1; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
  int line() const { return line_; }

 private:
  int line_ = 0;
};

arrow::Status CheckOneDocument(const std::string& text, const ConfigSource& source) {
  // Not YAML::LoadAll: some bytes outside any document make it load empty documents for ever.
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  if (!parser.HandleNextDocument(starts)) {
    return source.ErrorAt(0, "the file is empty. It needs at least `project:` and `registry:`.");
  }
  if (parser.HandleNextDocument(starts)) {
    return source.ErrorAt(starts.line(), "a second document starts here (---); leave one.");
  }
  return arrow::Status::OK();
}

bool IsControl(unsigned char c) { return (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7F; }

/// yaml-cpp would put other characters in the place of what is no UTF-8, and of zeros.
arrow::Status CheckCharacters(std::string_view text, const ConfigSource& source) {
  const auto line_at = [&](size_t at) {
    return static_cast<int>(std::count(text.begin(), text.begin() + at, '\n')) + 1;
  };
  const size_t good = Utf8PrefixBytes(text);
  if (good < text.size()) {
    return source.ErrorAt(line_at(good), "this line is not UTF-8 text. Save the file as UTF-8.");
  }
  const auto control = std::ranges::find_if(text, IsControl);
  if (control == text.end()) return arrow::Status::OK();
  return source.ErrorAt(line_at(control - text.begin()),
                        "this line holds a control character, which YAML does not allow. Remove it, or write it as an "
                        "escape in double quotes: \"\\x00\".");
}

arrow::Result<ConfigValue::Map> ReadDocument(const std::string& text, ConfigSource* source) {
  ARROW_RETURN_NOT_OK(CheckOneDocument(text, *source));
  const YAML::Node document = YAML::Load(text);
  if (!document.IsMap()) return source->ErrorAt(1, "this must be a mapping, lines of `key: value`.");
  ConfigValue value;
  ARROW_RETURN_NOT_OK(Converter(source).Convert(document, "", 0, &value));
  return *value.As<ConfigValue::Map>();
}

}  // namespace

arrow::Result<ConfigValue::Map> ReadYaml(std::string_view text, ConfigSource* source) {
  if (text.size() > kBytesMax) return source->ErrorAt(0, "the file is larger than 4 MB; this is no configuration.");
  ARROW_RETURN_NOT_OK(CheckCharacters(text, *source));
  try {
    return ReadDocument(std::string(text), source);
  } catch (const YAML::Exception& error) {
    return source->ErrorAt(error.mark.is_null() ? 0 : error.mark.line + 1, SyntaxError(error));
  } catch (const std::exception&) {
    return source->ErrorAt(0, "this is not YAML.");
  }
}

}  // namespace feast
