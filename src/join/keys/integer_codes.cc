#include "join/keys/integer_codes.h"

#include <algorithm>
#include <array>
#include <bit>

namespace feast::join {
namespace {

// Tables for this many values (1 MB) are worth their memory whatever the number of rows.
constexpr uint64_t kDirectValuesAlways = 1 << 22;
constexpr uint64_t kDirectValuesPerRow = 64;

// With one numbered value among this many or more, most are best dismissed by a filter, which has about so many bits
// for each that is numbered.
constexpr uint64_t kSparse = 32;
constexpr uint64_t kFilterBits = 16;

}  // namespace

void IntegerCodes::Build(const ForEachValues& for_each, int64_t rows) {
  FindBounds(for_each);
  if (min_ > max_) {
    ranks_.assign(1, Ranks{});
    return;
  }
  // Unsigned, since the bounds may be as far apart as 64 bits reach.
  const uint64_t width = static_cast<uint64_t>(max_) - static_cast<uint64_t>(min_);
  // At most 64 · 2^31 places, so that nothing in BuildDirect overflows.
  if (width < std::max(kDirectValuesAlways, kDirectValuesPerRow * static_cast<uint64_t>(rows))) {
    BuildDirect(for_each);
  } else {
    BuildHashed(for_each);
  }
}

void IntegerCodes::FindBounds(const ForEachValues& for_each) {
  int64_t min = INT64_MAX, max = INT64_MIN;
  for_each([&](const int64_t* values, const uint8_t* valid, int64_t count) {
    if (valid == nullptr) {
      for (int64_t i = 0; i < count; ++i) min = std::min(min, values[i]), max = std::max(max, values[i]);
    } else {
      for (int64_t i = 0; i < count; ++i) {
        if (valid[i]) min = std::min(min, values[i]), max = std::max(max, values[i]);
      }
    }
  });
  // Without any value min_ comes after max_, which Build takes for that.
  min_ = min, max_ = max;
}

// Codes follow the order of the values, so that a source sorted by key walks through everything behind the codes in
// order.
void IntegerCodes::BuildDirect(const ForEachValues& for_each) {
  const auto place = [min = min_](int64_t value) { return static_cast<uint64_t>(value) - static_cast<uint64_t>(min); };
  // With one place more, for everything outside.
  ranks_.assign((place(max_) + 1) / 64 + 1, Ranks{});
  for_each([&, ranks = ranks_.data()](const int64_t* values, const uint8_t* valid, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      const uint64_t at = place(values[i]);
      if (valid == nullptr || valid[i]) ranks[at / 64].bits |= uint64_t{1} << (at % 64);
    }
  });
  for (Ranks& ranks : ranks_) {
    ranks.first_code = size_;
    size_ += std::popcount(ranks.bits);
  }
  if (ranks_.size() * 64 / kSparse >= static_cast<uint64_t>(size_)) BuildFilter();
}

// Place() sends all values outside the range to one place, behind the last that is numbered. Its bit of the filter may
// be set for a neighbour; its rank then says no.
void IntegerCodes::BuildFilter() {
  const uint64_t places = ranks_.size() * 64;
  while (places >> filter_shift_ > kFilterBits * static_cast<uint64_t>(size_)) ++filter_shift_;
  filter_.resize((places >> filter_shift_) / 64 + 1);
  for (uint64_t i = 0; i < ranks_.size(); ++i) {
    for (uint64_t bits = ranks_[i].bits; bits != 0; bits &= bits - 1) {
      const uint64_t place = (i * 64 + static_cast<uint64_t>(std::countr_zero(bits))) >> filter_shift_;
      filter_[place / 64] |= uint64_t{1} << (place % 64);
    }
  }
}

// Numbers that differ in a few bits, high or low, have to differ in the upper ones, which choose the bucket: serial
// numbers and moments are both common.
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

void IntegerCodes::BuildHashed(const ForEachValues& for_each) {
  for_each([&](const int64_t* values, const uint8_t* valid, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      if (valid == nullptr || valid[i]) Add(values[i]);
    }
  });
}

void IntegerCodes::Add(int64_t value) {
  // At most half full, so that every search meets an empty entry.
  if (static_cast<size_t>(size_) * 2 >= entries_.size()) Grow();
  const size_t mask = entries_.size() - 1;
  size_t bucket = Bucket(value);
  while (entries_[bucket].code != kNoCode && entries_[bucket].value != value) bucket = (bucket + 1) & mask;
  if (entries_[bucket].code == kNoCode) entries_[bucket] = Entry{value, size_++};
}

// Where a value is looked up; everything outside the range in one place beyond it.
inline uint64_t IntegerCodes::Place(int64_t value) const {
  const auto min = static_cast<uint64_t>(min_);
  return std::min(static_cast<uint64_t>(value) - min, static_cast<uint64_t>(max_) - min + 1);
}

void IntegerCodes::FindDirect(const int64_t* values, int rows, int32_t* codes) const {
  const Ranks* ranks = ranks_.data();
  for (int i = 0; i < rows; ++i) {
    const uint64_t place = Place(values[i]);
    codes[i] = ranks[place / 64].CodeOf(place);
  }
}

int IntegerCodes::FindKnown(const int64_t* values, int rows, int32_t* known, int32_t* codes) const {
  if (filter_.empty()) {
    Find(values, rows, codes);
    return KeepKnown(rows, known, codes);
  }
  // Members are read once. For all the compiler knows they are what is written below, and it would read them for each
  // row.
  const uint64_t* const filter = filter_.data();
  const int shift = filter_shift_;
  int candidates = 0;
  for (int i = 0; i < rows; ++i) {
    const uint64_t place = Place(values[i]) >> shift;
    known[candidates] = i;
    candidates += static_cast<int>(filter[place / 64] >> (place % 64) & 1);
  }
  int count = 0;
  for (int k = 0; k < candidates; ++k) {
    const uint64_t place = Place(values[known[k]]);
    const int32_t code = ranks_[place / 64].CodeOf(place);
    known[count] = known[k];
    codes[count] = code;
    count += code != kNoCode;
  }
  return count;
}

void IntegerCodes::Find(const int64_t* values, int rows, int32_t* codes) const {
  if (!ranks_.empty()) {
    if (size_ == 0) {
      std::fill_n(codes, rows, kNoCode);
      return;
    }
    return FindDirect(values, rows, codes);
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
  for (size_t i = 0; i < ranks_.size(); ++i) {
    for (uint64_t bits = ranks_[i].bits; bits != 0; bits &= bits - 1) {
      values.push_back(min_ + static_cast<int64_t>(i * 64) + std::countr_zero(bits));
    }
  }
  for (const Entry& entry : entries_) {
    if (entry.code != kNoCode) values.push_back(entry.value);
  }
  return values;
}

}  // namespace feast::join
