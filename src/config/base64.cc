#include "config/base64.h"

#include <cstdint>

namespace feast {
namespace {

int SixBits(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

}  // namespace

arrow::Result<std::string> DecodeBase64(std::string_view text) {
  std::string result;
  uint32_t bits = 0;
  int count = 0;
  size_t padding = 0;
  for (char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int six = SixBits(c);
    if (six < 0 || padding > 0) return arrow::Status::Invalid("This is not base64. Encode the text with `base64 -w0`.");
    bits = bits << 6 | static_cast<uint32_t>(six);
    if (++count % 4 != 1) result += static_cast<char>(bits >> (6 - 2 * ((count - 1) % 4)) & 0xff);
  }
  if (count % 4 == 1 || padding > 2) return arrow::Status::Invalid("This base64 text is cut off.");
  return result;
}

}  // namespace feast
