#include "join/keys/bytes_codes.h"

#include <array>
#include <bit>
#include <cstring>

namespace feast::join {
namespace {

constexpr uint64_t kSeed = 0x9E3779B97F4A7C15, kOdd = 0xD6E8FEB86659FD93;

uint64_t Mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t Load(const char* bytes, size_t count) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, count);
  return word;
}

uint64_t Word(const char* bytes) { return Load(bytes, sizeof(uint64_t)); }

// Sixteen bytes a step; the tail is read as words that overlap what was already read, so that no length needs a loop
// over bytes.
uint64_t Hash(std::string_view value) {
  const char* bytes = value.data();
  const size_t length = value.size();
  uint64_t state = kSeed ^ length;
  if (length < 8) {
    // The two words overlap where the value is shorter than both; with the length in the state, each length's words say
    // all of its bytes.
    if (length >= 4) return Mix(state ^ Load(bytes, 4), Load(bytes + length - 4, 4) ^ kOdd);
    // At most three bytes: first, middle and last are all of them.
    const uint64_t few = length == 0 ? 0
                                     : static_cast<uint64_t>(static_cast<uint8_t>(bytes[0])) << 16 |
                                           static_cast<uint64_t>(static_cast<uint8_t>(bytes[length / 2])) << 8 |
                                           static_cast<uint8_t>(bytes[length - 1]);
    return Mix(state ^ few, kOdd);
  }
  size_t at = 0;
  for (; at + 16 < length; at += 16) state = Mix(state ^ Word(bytes + at), Word(bytes + at + 8) ^ kOdd);
  const size_t last = length - 8;
  const uint64_t first = at < last ? Word(bytes + at) : 0;
  return Mix(Mix(state ^ first, Word(bytes + last) ^ kOdd), kSeed);
}

}  // namespace

BytesCodes::BytesCodes() : ends_{0} { Grow(); }

// Entries keep their hash, so that no string is read again.
void BytesCodes::Grow() {
  const HugeVector<Entry> old = std::move(entries_);
  // No table is longer than 2^32 entries, so the shift is between 32 and 58, and Bucket below the table's length.
  entries_.assign(old.empty() ? 64 : old.size() * 2, Entry{0, kNoCode});
  shift_ = 64 - std::countr_zero(entries_.size());
  const size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.code == kNoCode) continue;
    size_t bucket = Bucket(entry.hash);
    while (entries_[bucket].code != kNoCode) bucket = (bucket + 1) & mask;
    entries_[bucket] = entry;
  }
}

int32_t BytesCodes::Add(std::string_view value) {
  // ends_ has one more than there are values: with the next one the table is at most half full, and every search meets
  // an empty entry.
  if (ends_.size() * 2 > entries_.size()) Grow();
  const uint64_t hash = Hash(value);
  const size_t mask = entries_.size() - 1;
  size_t bucket = Bucket(hash);
  for (; entries_[bucket].code != kNoCode; bucket = (bucket + 1) & mask) {
    if (Holds(entries_[bucket], hash, value)) return entries_[bucket].code;
  }
  const int32_t code = size();
  entries_[bucket] = Entry{hash, code};
  bytes_.append(value);
  ends_.push_back(bytes_.size());
  return code;
}

// Four steps, so that the cache misses of a block (bucket, then ends, then bytes) are under way together instead of one
// after another.
void BytesCodes::Find(const std::string_view* values, int rows, int32_t* codes) const {
  std::array<uint64_t, kBlockRows> hashes;
  std::array<const Entry*, kBlockRows> found;
  for (int i = 0; i < rows; ++i) {
    hashes[i] = Hash(values[i]);
    __builtin_prefetch(&entries_[Bucket(hashes[i])]);
  }
  const size_t mask = entries_.size() - 1;
  for (int i = 0; i < rows; ++i) {
    size_t bucket = Bucket(hashes[i]);
    // An equal hash is nearly always the value itself. The last step compares bytes, and goes on where it is not.
    while (entries_[bucket].code != kNoCode && entries_[bucket].hash != hashes[i]) bucket = (bucket + 1) & mask;
    found[i] = &entries_[bucket];
    if (found[i]->code != kNoCode) __builtin_prefetch(&ends_[found[i]->code]);
  }
  for (int i = 0; i < rows; ++i) {
    if (found[i]->code != kNoCode) __builtin_prefetch(bytes_.data() + ends_[found[i]->code]);
  }
  for (int i = 0; i < rows; ++i) {
    const Entry* entry = found[i];
    while (entry->code != kNoCode && !Holds(*entry, hashes[i], values[i])) {
      entry = &entries_[static_cast<size_t>(entry - entries_.data() + 1) & mask];
    }
    codes[i] = entry->code;
  }
}

}  // namespace feast::join
