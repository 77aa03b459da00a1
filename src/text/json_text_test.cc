#include "text/json_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace feast {
namespace {

std::string Nested(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonText, DepthHasALimit) {
  EXPECT_FALSE(ParseJson(Nested(kJsonDepthMax)).is_discarded());
  EXPECT_TRUE(ParseJson(Nested(kJsonDepthMax + 1)).is_discarded());
  EXPECT_TRUE(ParseJson(Nested(1'000'000)).is_discarded());
  EXPECT_TRUE(ParseJson<nlohmann::ordered_json>(std::string(1'000'000, '{')).is_discarded());
}

TEST(JsonText, BracketsInTextsDoNotCount) {
  const std::string brackets(1000, '[');
  EXPECT_EQ(ParseJson("\"" + brackets + "\\\"" + brackets + "\"").get<std::string>(), brackets + "\"" + brackets);
  EXPECT_EQ(ParseJson(R"(["\\", [1]])").size(), 2U);
  EXPECT_TRUE(ParseJson("\"\\").is_discarded());
}

TEST(JsonText, WholeNumbersAreThoseOf64Bits) {
  const auto number = [](const char* text) { return WholeNumber(ParseJson(text)); };
  EXPECT_EQ(number("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(number("9223372036854775807"), std::numeric_limits<int64_t>::max());
  for (const char* text : {"9223372036854775808", "5.55555e+148", "1.0", "\"1\"", "null", "true"}) {
    EXPECT_EQ(number(text), std::nullopt) << text;
  }
}

TEST(JsonText, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(JsonText(nlohmann::json("a\xff")), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(JsonText(nlohmann::json{{"a", 1}}, 2), "{\n  \"a\": 1\n}");
}

}  // namespace
}  // namespace feast
