#include "registry/registry_id.h"

#include <array>
#include <cstdint>
#include <random>

namespace feast {

std::string NewUuid() {
  std::random_device random;
  std::array<uint32_t, 4> words;
  for (auto& word : words) word = random();
  words[1] = (words[1] & 0xffff0fffu) | 0x00004000u;
  words[2] = (words[2] & 0x3fffffffu) | 0x80000000u;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text += '-';
    text += kDigits[(words[i / 8] >> (28 - 4 * (i % 8))) & 15];
  }
  return text;
}

}  // namespace feast
