#include "config/yaml_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "config/yaml_reader.h"
#include "yaml-cpp/yaml.h"

namespace feast {
namespace {

/// Text that is the same text without quotes, for YAML, for us and for the environment.
bool IsPlain(const std::string& text) {
  return !text.empty() && !text.starts_with('-') && !text.starts_with('~') &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) {
                       return c < 0x80 && (std::isalnum(c) || std::string_view("_-./~").find(static_cast<char>(c)) !=
                                                                  std::string_view::npos);
                     }) &&
         PlainScalar(text).As<std::string>();
}

void EmitText(const std::string& text, YAML::Emitter* out) {
  if (!IsPlain(text)) *out << YAML::DoubleQuoted;
  *out << text;
}

std::string Number(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number < 0 ? "-.inf" : ".inf";
  char text[40];
  std::snprintf(text, sizeof(text), "%.17g", number);
  for (int digits = 1; digits < 17; ++digits) {
    char shorter[40];
    std::snprintf(shorter, sizeof(shorter), "%.*g", digits, number);
    if (std::strtod(shorter, nullptr) == number) {
      std::copy(std::begin(shorter), std::end(shorter), text);
      break;
    }
  }
  std::string result = text;
  if (result.find('.') == std::string::npos) {
    const size_t exponent = result.find('e');
    result.insert(exponent == std::string::npos ? result.size() : exponent, ".0");
  }
  return result;
}

class Writer {
 public:
  explicit Writer(const std::vector<std::string_view>& first) : first_(first) {
    out_.SetNullFormat(YAML::LowerNull);
    out_.SetIndent(2);
  }

  void Mapping(const ConfigValue::Map& map) {
    std::vector<const ConfigValue::Map::value_type*> entries;
    for (const auto& entry : map) entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(), [&](auto* a, auto* b) { return Rank(a->first) < Rank(b->first); });
    if (map.empty()) out_ << YAML::Flow;
    out_ << YAML::BeginMap;
    for (const auto* entry : entries) {
      out_ << YAML::Key;
      EmitText(entry->first, &out_);
      out_ << YAML::Value;
      Value(entry->second);
    }
    out_ << YAML::EndMap;
  }

  std::string Text() const {
    std::string text;
    for (const char* c = out_.c_str(); *c != '\0'; ++c) {
      // A dollar would be looked up in the environment. It only stands in double quotes.
      if (*c == '$') {
        text += "\\x24";
      } else {
        text += *c;
      }
    }
    return text + "\n";
  }

 private:
  size_t Rank(const std::string& key) const {
    return static_cast<size_t>(std::find(first_.begin(), first_.end(), key) - first_.begin());
  }

  void Value(const ConfigValue& value) {
    if (const auto* map = value.As<ConfigValue::Map>()) {
      Mapping(*map);
    } else if (const auto* list = value.As<ConfigValue::List>()) {
      if (list->empty()) out_ << YAML::Flow;
      out_ << YAML::BeginSeq;
      for (const ConfigValue& item : *list) Value(item);
      out_ << YAML::EndSeq;
    } else if (const bool* truth = value.As<bool>()) {
      out_ << *truth;
    } else if (const int64_t* integer = value.As<int64_t>()) {
      out_ << *integer;
    } else if (const double* number = value.As<double>()) {
      out_ << Number(*number);
    } else if (const std::string* text = value.As<std::string>()) {
      EmitText(*text, &out_);
    } else {
      out_ << YAML::Null;
    }
  }

  const std::vector<std::string_view>& first_;
  YAML::Emitter out_;
};

}  // namespace

std::string WriteYaml(const ConfigValue::Map& map, const std::vector<std::string_view>& first) {
  Writer writer(first);
  writer.Mapping(map);
  return writer.Text();
}

}  // namespace feast
