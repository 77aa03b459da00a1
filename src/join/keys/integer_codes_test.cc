// Values that are numbered are found by their numbers, one for each, and others are not, however the values lie.
#include "join/keys/integer_codes.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <vector>

namespace feast::join {
namespace {

using Random = std::mt19937_64;

/// Up to a thousand values from a range that they fill, or of which they are few, or that only hashing can deal with.
std::vector<int64_t> AnyValues(Random* random) {
  const uint64_t width = std::vector<uint64_t>{10, 1'000, 100'000, 4'000'000, UINT64_MAX}[(*random)() % 5];
  const auto first = static_cast<int64_t>((*random)() % 2 == 0 ? (*random)() % 1'000'000 : (*random)());
  std::vector<int64_t> values((*random)() % 1'000);
  for (int64_t& value : values) {
    value = static_cast<int64_t>(static_cast<uint64_t>(first) + (*random)() % width);
  }
  return values;
}

IntegerCodes Numbered(const std::vector<int64_t>& values) {
  IntegerCodes codes;
  codes.Build([&](const auto& visit) { visit(values.data(), nullptr, static_cast<int64_t>(values.size())); },
              static_cast<int64_t>(values.size()));
  return codes;
}

/// Of those that are numbered, those next to them, the bounds of the type, and others.
std::vector<int64_t> Asked(const std::vector<int64_t>& values, Random* random) {
  std::vector<int64_t> asked(1 + (*random)() % kBlockRows);
  for (int64_t& value : asked) {
    const uint64_t kind = (*random)() % 8;
    value = kind == 0 ? INT64_MIN : kind == 1 ? INT64_MAX : static_cast<int64_t>((*random)());
    if (kind >= 4 && !values.empty()) {
      const auto near = static_cast<uint64_t>(values[(*random)() % values.size()]);
      value = static_cast<int64_t>(near + (kind == 4 ? (*random)() % 200 - 100 : 0));
    }
  }
  return asked;
}

TEST(IntegerCodes, FindsWhatIsNumbered) {
  int found = 0;
  for (int seed = 0; seed < 2'000; ++seed) {
    Random random(seed);
    const std::vector<int64_t> values = AnyValues(&random);
    const std::set<int64_t> distinct(values.begin(), values.end());
    const IntegerCodes numbered = Numbered(values);
    ASSERT_EQ(numbered.size(), static_cast<int32_t>(distinct.size())) << "seed " << seed;

    const std::vector<int64_t> asked = Asked(values, &random);
    const int rows = static_cast<int>(asked.size());
    std::array<int32_t, kBlockRows> codes, known, known_codes;
    numbered.Find(asked.data(), rows, codes.data());
    const int count = numbered.FindKnown(asked.data(), rows, known.data(), known_codes.data());
    int k = 0;
    for (int i = 0; i < rows; ++i) {
      ASSERT_EQ(codes[i] != kNoCode, distinct.count(asked[i]) == 1) << "seed " << seed << " value " << asked[i];
      if (codes[i] == kNoCode) continue;
      ASSERT_LT(k, count) << "seed " << seed;
      ASSERT_EQ(known[k], i) << "seed " << seed;
      ASSERT_EQ(known_codes[k++], codes[i]) << "seed " << seed;
    }
    ASSERT_EQ(k, count) << "seed " << seed;
    found += count;
  }
  EXPECT_GT(found, 100'000);
}

TEST(IntegerCodes, EachDistinctValueHasItsOwnCode) {
  for (int seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const std::vector<int64_t> values = AnyValues(&random);
    const IntegerCodes numbered = Numbered(values);
    std::set<int32_t> seen;
    for (const int64_t value : std::set<int64_t>(values.begin(), values.end())) {
      int32_t code;
      numbered.Find(&value, 1, &code);
      ASSERT_TRUE(code >= 0 && code < numbered.size() && seen.insert(code).second) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace feast::join
