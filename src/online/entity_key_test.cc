#include "online/entity_key.h"

#include <string>

#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/builder_time.h"
#include "arrow/json/from_string.h"
#include "arrow/type.h"
#include "gtest/gtest.h"
#include "online/murmur_hash.h"

namespace feast {
namespace {

std::string Hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::shared_ptr<arrow::Array> Column(const std::shared_ptr<arrow::DataType>& type, const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

TEST(EntityKey, OfOneNumberAsFeastWritesIt) {
  const auto drivers = Column(arrow::int64(), "[1001]");
  const auto version_3 = EntityKeyEncoder::Make(3, {{"driver_id", ValueType::kInt64}}).ValueOrDie();
  EXPECT_EQ(Hex(version_3.Encode({drivers}, 1).ValueOrDie()[0]),
            "010000000200000009000000" + Hex("driver_id") + "0400000008000000e903000000000000");
  const auto version_2 = EntityKeyEncoder::Make(2, {{"driver_id", ValueType::kInt64}}).ValueOrDie();
  EXPECT_EQ(Hex(version_2.Encode({drivers}, 1).ValueOrDie()[0]),
            "02000000" + Hex("driver_id") + "0400000008000000e903000000000000");
  EXPECT_EQ(EntityKeyEncoder::Make(1, {}).status().code(), arrow::StatusCode::Invalid);
}

TEST(EntityKey, JoinKeysStandInTheOrderOfTheirNames) {
  const auto encoder = EntityKeyEncoder::Make(3, {{"b", ValueType::kString}, {"a", ValueType::kInt32}}).ValueOrDie();
  const auto keys =
      encoder.Encode({Column(arrow::utf8(), R"(["x", null, ""])"), Column(arrow::int32(), "[-1, 2, 3]")}, 3)
          .ValueOrDie();
  const std::string names =
      "02000000"
      "02000000"
      "01000000"
      "61"
      "02000000"
      "01000000"
      "62";
  EXPECT_EQ(Hex(keys[0]), names + "0300000004000000ffffffff" + "020000000100000078");
  EXPECT_EQ(keys[1], "") << "a null is no key";
  EXPECT_EQ(Hex(keys[2]), names + "030000000400000003000000" + "0200000000000000");
  EXPECT_EQ(Hex(encoder.prefix()), names);
}

TEST(EntityKey, MomentsBytesAndNoKeyAtAll) {
  const auto moments = Column(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), "[-1, 1500000]");
  const auto encoder = EntityKeyEncoder::Make(2, {{"t", ValueType::kUnixTimestamp}}).ValueOrDie();
  const auto keys = encoder.Encode({moments}, 2).ValueOrDie();
  EXPECT_EQ(Hex(keys[0]), "02000000740800000008000000ffffffffffffffff");
  EXPECT_EQ(Hex(keys[1]), "020000007408000000080000000100000000000000");
  const auto none = EntityKeyEncoder::Make(3, {}).ValueOrDie();
  EXPECT_EQ(Hex(none.Encode({}, 2).ValueOrDie()[1]),
            "01000000020000000a000000" + Hex("__dummy_id") + "0200000000000000");
}

TEST(EntityKey, OtherTypesAreRefused) {
  const auto made = EntityKeyEncoder::Make(3, {{"score", ValueType::kDouble}});
  EXPECT_NE(made.status().message().find("DOUBLE"), std::string::npos) << made.status();
  EXPECT_NE(made.status().message().find("score"), std::string::npos) << made.status();
  const auto encoder = EntityKeyEncoder::Make(3, {{"a", ValueType::kInt32}}).ValueOrDie();
  EXPECT_TRUE(encoder.Encode({Column(arrow::int64(), "[1]")}, 1).status().IsTypeError());
}

TEST(MurmurHash, IsThatOfTheReference) {
  EXPECT_EQ(Murmur32(""), 0u);
  EXPECT_EQ(Murmur32("hello"), 0x248bfa47u);
  EXPECT_EQ(Murmur32("The quick brown fox jumps over the lazy dog"), 0x2e4ff723u);
  EXPECT_EQ(EntityId(""), "00000000000000000000000000000000");
  EXPECT_EQ(EntityId("hello"), "029bbd41b3a7d8cb191dae486a901e5b");
  EXPECT_EQ(EntityId("The quick brown fox jumps over the lazy dog"), "6c1b07bc7bbc4be347939ac4a93c437a");
}

}  // namespace
}  // namespace feast
