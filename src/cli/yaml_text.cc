#include "cli/yaml_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "nlohmann/json.hpp"
#include "text/json_text.h"
#include "text/printable_text.h"

namespace feast::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kIndent = 2;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Numbers, sexagesimals and dates all start like this and consist of these; quoting one too many does no harm.
bool LooksLikeNumber(std::string_view text) {
  if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
  if (text == ".inf" || text == ".Inf" || text == ".INF" || text == ".nan" || text == ".NaN" || text == ".NAN")
    return true;
  if (text.empty() || !(IsDigit(text[0]) || text[0] == '.')) return false;
  if (text.starts_with("0x") || text.starts_with("0b") || text.starts_with("0o")) return true;
  if (text.size() > 4 && text[4] == '-' && std::all_of(text.begin(), text.begin() + 4, IsDigit)) return true;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsDigit(c) || c == '.' || c == '_' || c == ':' || c == 'e' || c == 'E' || c == '-' || c == '+';
  });
}

bool IsKeyword(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kWords = {"yes", "no",   "true", "false", "on",
                                                              "off", "null", "~",    "=",     "<<"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

bool IsPlain(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (std::string_view("#,[]{}&*!|>'\"%@`").find(text[0]) != std::string_view::npos) return false;
  if ((text[0] == '?' || text[0] == ':' || text[0] == '-') && (text.size() == 1 || text[1] == ' ')) return false;
  if (text.starts_with("---") || text.starts_with("...")) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
  return !IsKeyword(text) && !LooksLikeNumber(text);
}

std::string Quote(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

/// YAML reads JSON's text as JSON does.
std::string InDoubleQuotes(const Json& text) { return PrintableJson(JsonText(text)); }

std::string LiteralBlock(const std::string& text, size_t indent) {
  std::string out = "|";
  // Where the first line is indented itself, the indentation of the block must be said.
  if (text[0] == ' ' || text[0] == '\n') out += std::to_string(kIndent);
  if (text.back() != '\n') out += "-";
  if (text.ends_with("\n\n") || text == "\n") out += "+";
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    out += "\n";
    if (end > start) out += std::string(indent, ' ') + text.substr(start, end - start);
    start = end + 1;
  }
  return out;
}

/// `indent`: of the lines below, for text of several lines.
std::string Scalar(const Json& value, size_t indent) {
  if (!value.is_string()) return JsonText(value);
  const std::string& text = value.get_ref<const std::string&>();
  if (!IsPrintable(text) || text.find('\t') != std::string::npos) return InDoubleQuotes(value);
  if (text.find('\n') != std::string::npos) {
    return LiteralBlock(text, indent);
  }
  return IsPlain(text) ? text : Quote(text);
}

bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

/// Writes a map or list whose lines start at `indent`; the first of them is already indented.
void AppendBlock(const Json& value, size_t indent, std::string* out) {
  bool first = true;
  for (const auto& [key, item] : value.items()) {
    if (!first) out->append(indent, ' ');
    first = false;
    if (value.is_object()) {
      *out += Scalar(Json(key), 0) + ":";
      if (!IsBlock(item)) {
        *out += " " + Scalar(item, indent + kIndent) + "\n";
        continue;
      }
      const size_t below = item.is_object() ? indent + kIndent : indent;
      *out += "\n" + std::string(below, ' ');
      AppendBlock(item, below, out);
    } else {
      *out += "- ";
      if (IsBlock(item)) {
        AppendBlock(item, indent + kIndent, out);
      } else {
        *out += Scalar(item, indent + kIndent) + "\n";
      }
    }
  }
}

}  // namespace

std::string ToYaml(const nlohmann::ordered_json& value) {
  if (!IsBlock(value)) return Scalar(value, kIndent) + "\n";
  std::string out;
  AppendBlock(value, 0, &out);
  return out;
}

}  // namespace feast::cli
