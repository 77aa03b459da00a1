#include "text/printable_text.h"

#include <cstdint>
#include <cstdio>

namespace feast {

namespace {

struct CodePoint {
  uint32_t value = 0;
  size_t bytes = 1;
  bool is_utf8 = false;
};

/// The code point at the front of `text`, which is not empty.
CodePoint FirstOf(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const size_t bytes = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (bytes == 0 || first >= 0xf5 || text.size() < bytes) return {first, 1, false};
  uint32_t value = first & (0x7f >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {first, 1, false};
    value = value << 6 | (byte(i) & 0x3f);
  }
  const bool overlong = value < (bytes == 4 ? 0x10000U : bytes == 3 ? 0x800U : 0x80U);
  if (overlong || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {first, 1, false};
  return {value, bytes, true};
}

/// Controls of ASCII and Latin-1, separators that break lines, marks that turn the direction of writing.
bool IsControl(uint32_t value) {
  return value < 0x20 || (value >= 0x7f && value < 0xa0) || value == 0x61c || value == 0x200e || value == 0x200f ||
         (value >= 0x2028 && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
}

std::string Escape(const char* format, uint32_t value) {
  char escaped[16];
  std::snprintf(escaped, sizeof(escaped), format, value);
  return escaped;
}

std::string Shown(const CodePoint& point) {
  if (point.is_utf8 && point.value == '\n') return "\\n";
  if (point.is_utf8 && point.value == '\r') return "\\r";
  if (point.is_utf8 && point.value == '\t') return "\\t";
  return Escape(point.value < 0x100 ? "\\x%02x" : "\\u%04x", point.value);
}

/// Escapes what `keeps` does not keep, and with `from_commands` what a runner would take for a command.
template <typename Keeps>
std::string EscapeUnless(std::string_view text, bool from_commands, Keeps&& keeps) {
  std::string out;
  out.reserve(text.size());
  bool line_begins = true;
  while (!text.empty()) {
    const CodePoint point = FirstOf(text);
    if (!point.is_utf8 || (IsControl(point.value) && !keeps(point.value))) {
      out += Shown(point);
      line_begins = false;
    } else if (from_commands && line_begins && text.starts_with("::")) {
      out += "\\x3a";
      line_begins = false;
    } else if (from_commands && text.starts_with("##[")) {
      out += "#\\x23[";
      text.remove_prefix(3);
      line_begins = false;
      continue;
    } else {
      out += text.substr(0, point.bytes);
      line_begins = point.value == '\n' || (line_begins && (point.value == ' ' || point.value == '\t'));
    }
    text.remove_prefix(point.bytes);
  }
  return out;
}

}  // namespace

std::string EscapeControls(std::string_view text) {
  return EscapeUnless(text, /*from_commands=*/false, [](uint32_t) { return false; });
}

std::string PrintableText(std::string_view text) {
  return EscapeUnless(text, /*from_commands=*/true, [](uint32_t) { return false; });
}

std::string PrintableLines(std::string_view text) {
  return EscapeUnless(text, /*from_commands=*/true, [](uint32_t value) { return value == '\n' || value == '\t'; });
}

std::string PrintableJson(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    if (json.starts_with("##[")) {
      // Only a string can hold it.
      out += "#\\u0023[";
      json.remove_prefix(3);
      continue;
    }
    const CodePoint point = FirstOf(json);
    if (!point.is_utf8) {
      out += "\\ufffd";
    } else if (IsControl(point.value) && point.value != '\n') {
      out += Escape("\\u%04x", point.value);
    } else {
      out += json.substr(0, point.bytes);
    }
    json.remove_prefix(point.bytes);
  }
  return out;
}

bool IsPrintable(std::string_view text) { return PrintableLines(text) == text; }

}  // namespace feast
