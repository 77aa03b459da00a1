#include "join/integer_codes.h"

#include <algorithm>
#include <array>
#include <bit>

namespace feast::join {
namespace {

// A table this long (4 MB) is worth its memory whatever the number of rows.
constexpr uint64_t kDirectValuesAlways = 1 << 20;
constexpr uint64_t kDirectValuesPerRow = 4;
// Where fewer values than one in this many are there, a bit for each says so in an eighth of a byte instead of four.
constexpr uint64_t kSparseShare = 16;

}  // namespace

void IntegerCodes::Build(const ForEachValues& for_each, int64_t rows, int32_t* codes) {
  FindBounds(for_each);
  if (min_ > max_) {
    std::fill_n(codes, rows, kNoCode);
    direct_.assign(1, kNoCode);
    return;
  }
  const uint64_t width = static_cast<uint64_t>(max_) - static_cast<uint64_t>(min_);
  if (width < std::max(kDirectValuesAlways, kDirectValuesPerRow * static_cast<uint64_t>(rows))) {
    BuildDirect(for_each, codes);
  } else {
    BuildHashed(for_each, codes);
  }
}

void IntegerCodes::FindBounds(const ForEachValues& for_each) {
  int64_t min = INT64_MAX, max = INT64_MIN;
  for_each([&](const int64_t* values, const uint8_t* valid, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      if (valid != nullptr && !valid[i]) continue;
      min = std::min(min, values[i]);
      max = std::max(max, values[i]);
    }
  });
  min_ = min, max_ = max;
}

// Codes follow the order of the values, so that a source sorted by key walks through everything behind the codes in
// order.
void IntegerCodes::BuildDirect(const ForEachValues& for_each, int32_t* codes) {
  const auto place = [min = min_](int64_t value) { return static_cast<uint64_t>(value) - static_cast<uint64_t>(min); };
  direct_.assign(place(max_) + 2, kNoCode);
  for_each([&, table = direct_.data()](const int64_t* values, const uint8_t* valid, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      if (valid == nullptr || valid[i]) table[place(values[i])] = 0;
    }
  });
  for (int32_t& code : direct_) {
    if (code == 0) code = size_++;
  }
  for_each([&, table = direct_.data()](const int64_t* values, const uint8_t* valid, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      codes[i] = valid == nullptr || valid[i] ? table[place(values[i])] : kNoCode;
    }
    codes += count;
  });
  if (static_cast<uint64_t>(size_) > direct_.size() / kSparseShare) return;
  present_.assign(direct_.size() / 64 + 1, 0);
  for (size_t i = 0; i < direct_.size(); ++i) {
    present_[i / 64] |= uint64_t{direct_[i] != kNoCode} << (i % 64);
  }
}

uint64_t IntegerCodes::Bucket(int64_t value) const {
  auto bits = static_cast<uint64_t>(value);
  bits ^= bits >> 32;
  bits *= 0x9E3779B97F4A7C15;
  bits ^= bits >> 29;
  bits *= 0xBF58476D1CE4E5B9;
  return bits >> shift_;
}

void IntegerCodes::Grow() {
  const HugeVector<Entry> old = std::move(entries_);
  entries_.assign(std::max<size_t>(64, old.size() * 2), Entry{0, kNoCode});
  shift_ = 64 - std::countr_zero(entries_.size());
  const size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.code == kNoCode) continue;
    size_t bucket = Bucket(entry.value);
    while (entries_[bucket].code != kNoCode) bucket = (bucket + 1) & mask;
    entries_[bucket] = entry;
  }
}

void IntegerCodes::BuildHashed(const ForEachValues& for_each, int32_t* codes) {
  for_each([&](const int64_t* values, const uint8_t* valid, int64_t count) {
    for (int64_t i = 0; i < count; ++i) codes[i] = valid == nullptr || valid[i] ? Add(values[i]) : kNoCode;
    codes += count;
  });
}

int32_t IntegerCodes::Add(int64_t value) {
  if (static_cast<size_t>(size_) * 2 >= entries_.size()) Grow();
  const size_t mask = entries_.size() - 1;
  size_t bucket = Bucket(value);
  while (entries_[bucket].code != kNoCode && entries_[bucket].value != value) bucket = (bucket + 1) & mask;
  if (entries_[bucket].code == kNoCode) entries_[bucket] = Entry{value, size_++};
  return entries_[bucket].code;
}

void IntegerCodes::Find(const int64_t* values, int rows, int32_t* codes) const {
  if (!direct_.empty()) {
    const uint64_t outside = direct_.size() - 1, min = static_cast<uint64_t>(min_);
    const int32_t* table = direct_.data();
    if (!present_.empty()) {
      for (int i = 0; i < rows; ++i) {
        const uint64_t place = std::min(static_cast<uint64_t>(values[i]) - min, outside);
        codes[i] = kNoCode;
        if ((present_[place / 64] >> (place % 64) & 1) != 0) [[unlikely]]
          codes[i] = table[place];
      }
      return;
    }
    for (int i = 0; i < rows; ++i) codes[i] = table[std::min(static_cast<uint64_t>(values[i]) - min, outside)];
    return;
  }
  std::array<uint64_t, kBlockRows> buckets;
  for (int i = 0; i < rows; ++i) {
    buckets[i] = Bucket(values[i]);
    __builtin_prefetch(&entries_[buckets[i]]);
  }
  const size_t mask = entries_.size() - 1;
  for (int i = 0; i < rows; ++i) {
    size_t bucket = buckets[i];
    while (entries_[bucket].code != kNoCode && entries_[bucket].value != values[i]) bucket = (bucket + 1) & mask;
    codes[i] = entries_[bucket].code;
  }
}

std::vector<int64_t> IntegerCodes::Values() const {
  std::vector<int64_t> values;
  values.reserve(size_);
  for (size_t i = 0; i + 1 < direct_.size(); ++i) {
    if (direct_[i] != kNoCode) values.push_back(min_ + static_cast<int64_t>(i));
  }
  for (const Entry& entry : entries_) {
    if (entry.code != kNoCode) values.push_back(entry.value);
  }
  return values;
}

}  // namespace feast::join
