#include "text/json_append.h"

#include <array>
#include <charconv>
#include <cmath>

#include "text/utf8.h"

namespace feast {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void AppendEscaped(unsigned char c, std::string* out) {
  switch (c) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    case '\b':
      *out += "\\b";
      return;
    case '\f':
      *out += "\\f";
      return;
    default:
      *out += "\\u00";
      *out += kDigits[c >> 4];
      *out += kDigits[c & 15];
  }
}

void AppendUtf8(std::string_view text, std::string* out) {
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out->append(text, plain, i - plain);
    AppendEscaped(c, out);
    plain = i + 1;
  }
  out->append(text, plain);
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  for (;;) {
    const size_t whole = Utf8PrefixBytes(text);
    AppendUtf8(text.substr(0, whole), out);
    if (whole == text.size()) break;
    *out += kReplacement;
    text.remove_prefix(whole + 1);
  }
  *out += '"';
}

void AppendJsonInteger(int64_t number, std::string* out) {
  std::array<char, 24> text;
  out->append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
}

void AppendJsonReal(double number, std::string* out) {
  if (!std::isfinite(number)) {
    *out += std::isnan(number) ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return;
  }
  // Python writes these exponents out.
  constexpr double kFixedMin = 1e-4, kFixedMax = 1e16;
  const double size = std::abs(number);
  std::array<char, 40> text;
  char* const begin = text.data();
  char* const end = begin + text.size();
  if (size != 0 && (size < kFixedMin || size >= kFixedMax)) {
    out->append(begin, std::to_chars(begin, end, number, std::chars_format::scientific).ptr);
    return;
  }
  const char* const last = std::to_chars(begin, end, number, std::chars_format::fixed).ptr;
  const std::string_view digits(begin, static_cast<size_t>(last - begin));
  *out += digits;
  if (digits.find('.') == std::string_view::npos) *out += ".0";
}

}  // namespace feast
