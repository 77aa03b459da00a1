#include "online/murmur_hash.h"

#include <bit>
#include <cstring>

namespace feast {

namespace {

template <typename Word>
Word Load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

/// The bytes after the last whole block, as a little-endian number.
uint64_t Tail(std::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes.size() && i < 8; ++i) {
    number |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return number;
}

uint64_t Finish(uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33);
}

constexpr uint64_t kFirst = 0x87c37b91114253d5U, kSecond = 0x4cf5ad432745937fU;

uint64_t Mixed(uint64_t word, uint64_t before, int turn, uint64_t after) {
  return std::rotl(word * before, turn) * after;
}

}  // namespace

uint32_t Murmur32(std::string_view bytes) {
  const auto mixed = [](uint32_t word) { return std::rotl(word * 0xcc9e2d51U, 15) * 0x1b873593U; };
  uint32_t hash = 0;
  size_t done = 0;
  for (; done + 4 <= bytes.size(); done += 4) {
    hash = std::rotl(hash ^ mixed(Load<uint32_t>(bytes.data() + done)), 13) * 5 + 0xe6546b64U;
  }
  if (done < bytes.size()) hash ^= mixed(static_cast<uint32_t>(Tail(bytes.substr(done))));
  hash ^= static_cast<uint32_t>(bytes.size());
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U;
  return hash ^ (hash >> 16);
}

std::array<uint64_t, 2> Murmur128(std::string_view bytes) {
  uint64_t low = 0, high = 0;
  size_t done = 0;
  for (; done + 16 <= bytes.size(); done += 16) {
    low ^= Mixed(Load<uint64_t>(bytes.data() + done), kFirst, 31, kSecond);
    low = (std::rotl(low, 27) + high) * 5 + 0x52dce729U;
    high ^= Mixed(Load<uint64_t>(bytes.data() + done + 8), kSecond, 33, kFirst);
    high = (std::rotl(high, 31) + low) * 5 + 0x38495ab5U;
  }
  const std::string_view rest = bytes.substr(done);
  if (rest.size() > 8) high ^= Mixed(Tail(rest.substr(8)), kSecond, 33, kFirst);
  if (!rest.empty()) low ^= Mixed(Tail(rest.substr(0, 8)), kFirst, 31, kSecond);
  low ^= bytes.size();
  high ^= bytes.size();
  low += high;
  high += low;
  low = Finish(low);
  high = Finish(high);
  low += high;
  high += low;
  return {low, high};
}

}  // namespace feast
