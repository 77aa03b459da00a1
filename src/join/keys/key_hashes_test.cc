#include "join/keys/key_hashes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/json/from_string.h"
#include "arrow/type.h"
#include "join/random_columns_test.h"

namespace feast::join {
namespace {

std::vector<uint64_t> HashesOf(const std::vector<std::shared_ptr<arrow::ChunkedArray>>& keys) {
  return HashKeys(keys, std::vector<std::string>(keys.size(), "k"), keys[0]->length()).ValueOrDie();
}

TEST(KeyHashes, EqualKeysHashEquallyHoweverTheyAreEncoded) {
  Random random(1);
  const SmallNumbers numbers = {1, 2, 3, std::nullopt, 2, 1, 7, std::nullopt, 4, 2};
  for (const auto& type :
       {arrow::int64(), arrow::int8(), arrow::boolean(), arrow::float32(), arrow::utf8(), arrow::utf8_view(),
        arrow::decimal128(20, 2), arrow::date32(), arrow::dictionary(arrow::int8(), arrow::utf8())}) {
    const auto whole = std::make_shared<arrow::ChunkedArray>(ArrayOf(type, numbers, &random));
    const std::vector<uint64_t> hashes = HashesOf({whole});
    EXPECT_EQ(hashes[1], hashes[4]) << type->ToString();
    EXPECT_EQ(hashes[3], hashes[7]) << type->ToString();
    EXPECT_NE(hashes[0], hashes[1]) << type->ToString();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(HashesOf({ColumnOf(type, numbers, &random)}), hashes) << type->ToString();
  }
}

TEST(KeyHashes, PartsAreOfSimilarSize) {
  SmallNumbers numbers;
  for (int64_t i = 0; i < 64'000; ++i) numbers.push_back(i % 16'000 * 1000);
  Random random(1);
  const auto column = std::make_shared<arrow::ChunkedArray>(ArrayOf(arrow::int64(), numbers, &random));
  for (const uint64_t parts : {2, 3, 8, 64}) {
    std::vector<int64_t> counts(parts, 0);
    for (const uint64_t hash : HashesOf({column, column})) ++counts[hash % parts];
    const auto expected = static_cast<int64_t>(numbers.size() / parts);
    EXPECT_LT(*std::max_element(counts.begin(), counts.end()), expected * 3 / 2) << parts;
  }
}

TEST(KeyHashes, OrderOfKeysMatters) {
  const auto a = arrow::ChunkedArray::Make({arrow::json::ArrayFromJSONString(arrow::int64(), "[1]").ValueOrDie()});
  const auto b = arrow::ChunkedArray::Make({arrow::json::ArrayFromJSONString(arrow::int64(), "[2]").ValueOrDie()});
  EXPECT_NE(HashesOf({*a, *b}), HashesOf({*b, *a}));
}

TEST(KeyHashes, KeysThatCannotBeComparedAreNamed) {
  const auto lists =
      arrow::ChunkedArray::Make({arrow::json::ArrayFromJSONString(arrow::list(arrow::int8()), "[[1]]").ValueOrDie()});
  const auto hashed = HashKeys({*lists}, {"driver"}, 1);
  EXPECT_TRUE(hashed.status().IsTypeError());
  EXPECT_NE(hashed.status().message().find("'driver'"), std::string::npos);
}

}  // namespace
}  // namespace feast::join
