#include "text/utf8.h"

#include <array>
#include <cstdio>

namespace feast {

namespace {

/// Bytes of the character that `text` begins with; 0 when it begins with none.
size_t CharacterBytes(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t bytes = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (lead < 0xc2 || bytes == 0 || bytes > text.size()) return 0;
  // Of some leads, not every second byte may follow: overlong forms, surrogates, and what lies beyond U+10FFFF.
  const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return bytes;
}

}  // namespace

size_t Utf8PrefixBytes(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t bytes = CharacterBytes(text.substr(at));
    if (bytes == 0) break;
    at += bytes;
  }
  return at;
}

std::string Utf8OrEscaped(std::string_view text) {
  std::string shown;
  while (true) {
    const size_t prefix = Utf8PrefixBytes(text);
    shown += text.substr(0, prefix);
    if (prefix == text.size()) return shown;
    std::array<char, 5> escape{};
    std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned char>(text[prefix]));
    shown += escape.data();
    text.remove_prefix(prefix + 1);
  }
}

}  // namespace feast
