#include "config/yaml_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "config/yaml_reader.h"

namespace feast {
namespace {

std::string Quoted(const std::string& text) {
  std::string result = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += static_cast<char>(c);
    } else if (c < 0x20 || c == 0x7f || c == '$') {
      // A dollar written as such would be looked up in the environment.
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\x%02x", c);
      result += escaped;
    } else {
      result += static_cast<char>(c);
    }
  }
  return result + '"';
}

std::string Text(const std::string& text) {
  const bool plain = !text.empty() && !text.starts_with('-') && !text.starts_with('~') &&
                     std::all_of(text.begin(), text.end(), [](unsigned char c) {
                       return c < 0x80 && (std::isalnum(c) || std::string_view("_-./~").find(static_cast<char>(c)) !=
                                                                  std::string_view::npos);
                     });
  return plain && PlainScalar(text).As<std::string>() ? text : Quoted(text);
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
  explicit Writer(const std::vector<std::string_view>& first) : first_(first) {}

  void Mapping(const ConfigValue::Map& map, int indent) {
    std::vector<const ConfigValue::Map::value_type*> entries;
    for (const auto& entry : map) entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(), [&](auto* a, auto* b) { return Rank(a->first) < Rank(b->first); });
    for (const auto* entry : entries) {
      text_ += std::string(indent, ' ') + Text(entry->first) + ":";
      Value(entry->second, indent);
    }
  }

  std::string text_;

 private:
  size_t Rank(const std::string& key) const {
    return static_cast<size_t>(std::find(first_.begin(), first_.end(), key) - first_.begin());
  }

  /// The value of a key or list item that stands at `indent`, from its separating blank to the end of its last line.
  void Value(const ConfigValue& value, int indent) {
    if (const auto* map = value.As<ConfigValue::Map>(); map && !map->empty()) {
      text_ += '\n';
      Mapping(*map, indent + 2);
    } else if (const auto* list = value.As<ConfigValue::List>(); list && !list->empty()) {
      text_ += '\n';
      for (const ConfigValue& item : *list) {
        text_ += std::string(indent + 2, ' ') + "-";
        Value(item, indent + 2);
      }
    } else {
      text_ += ' ' + Scalar(value) + '\n';
    }
  }

  static std::string Scalar(const ConfigValue& value) {
    if (const bool* truth = value.As<bool>()) return *truth ? "true" : "false";
    if (const int64_t* integer = value.As<int64_t>()) return std::to_string(*integer);
    if (const double* number = value.As<double>()) return Number(*number);
    if (const std::string* text = value.As<std::string>()) return Text(*text);
    if (value.As<ConfigValue::Map>()) return "{}";
    if (value.As<ConfigValue::List>()) return "[]";
    return "null";
  }

  const std::vector<std::string_view>& first_;
};

}  // namespace

std::string WriteYaml(const ConfigValue::Map& map, const std::vector<std::string_view>& first) {
  Writer writer(first);
  writer.Mapping(map, 0);
  return std::move(writer.text_);
}

}  // namespace feast
