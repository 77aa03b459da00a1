#include <charconv>
#include <limits>

#include "config/yaml_reader.h"

namespace feast {
namespace {

bool IsOneOf(const std::string& text, std::initializer_list<const char*> words) {
  for (const char* word : words) {
    if (text == word) return true;
  }
  return false;
}

std::string WithoutUnderscores(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (c != '_') digits += c;
  }
  return digits;
}

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<int64_t> Integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  std::string digits = WithoutUnderscores(text);
  int base = 10;
  size_t start = 0;
  if (digits.starts_with("0x") || digits.starts_with("0b")) {
    base = digits[1] == 'x' ? 16 : 2;
    start = 2;
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
    start = 1;
  }
  uint64_t magnitude = 0;
  const char* end = digits.data() + digits.size();
  const auto [next, error] = std::from_chars(digits.data() + start, end, magnitude, base);
  if (error != std::errc() || next != end) return std::nullopt;
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (magnitude > kMax + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<int64_t>(negative ? ~magnitude + 1 : magnitude);
}

// Digits, a point, digits, and perhaps an exponent with a sign: YAML 1.1 wants the point and the sign.
bool LooksLikeFloat(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return false;
  std::string_view whole = text.substr(0, point);
  std::string_view fraction = text.substr(point + 1);
  if (const size_t e = fraction.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view exponent = fraction.substr(e + 1);
    if (!exponent.starts_with('-') && !exponent.starts_with('+')) return false;
    if (!IsDigits(exponent.substr(1))) return false;
    fraction = fraction.substr(0, e);
  }
  const std::string fraction_digits = WithoutUnderscores(fraction);
  if (!fraction_digits.empty() && !IsDigits(fraction_digits)) return false;
  return whole.empty() ? !fraction_digits.empty() : IsDigits(WithoutUnderscores(whole));
}

std::optional<double> Float(const std::string& text) {
  const std::string_view magnitude = std::string_view(text).substr(text.starts_with('-') || text.starts_with('+'));
  if (IsOneOf(std::string(magnitude), {".inf", ".Inf", ".INF"})) {
    return text[0] == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  if (IsOneOf(text, {".nan", ".NaN", ".NAN"})) return std::numeric_limits<double>::quiet_NaN();
  if (!LooksLikeFloat(text)) return std::nullopt;
  const std::string digits = WithoutUnderscores(text.substr(text[0] == '+'));
  double value = 0;
  const auto [next, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || next != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

ConfigValue PlainScalar(const std::string& text) {
  if (text.empty() || IsOneOf(text, {"~", "null", "Null", "NULL"})) return ConfigValue();
  if (IsOneOf(text, {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return ConfigValue(true);
  if (IsOneOf(text, {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) return ConfigValue(false);
  if (auto integer = Integer(text)) return ConfigValue(*integer);
  if (auto number = Float(text)) return ConfigValue(*number);
  return ConfigValue(text);
}

}  // namespace feast
