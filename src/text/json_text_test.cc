#include "text/json_text.h"

#include <gtest/gtest.h>

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

TEST(JsonText, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(JsonText(nlohmann::json("a\xff")), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(JsonText(nlohmann::json{{"a", 1}}, 2), "{\n  \"a\": 1\n}");
}

}  // namespace
}  // namespace feast
