#include "cli/tags_option.h"

#include "feast/errors.h"
#include "gtest/gtest.h"

namespace feast::cli {
namespace {

TEST(TagsOption, TakesWhatFeastTakes) {
  const Tags expected = {{"stage", "production"}, {"team", "a:b"}};
  EXPECT_EQ(ParseTags({"stage:production", "team:a:b"}).ValueOrDie(), expected);
  EXPECT_EQ(ParseTags({"stage:production, team:a:b"}).ValueOrDie(), expected);
  EXPECT_EQ(ParseTags({"('stage': 'production', \"team\": a:b)"}).ValueOrDie(), expected);
  EXPECT_TRUE(ParseTags({""}).ValueOrDie().empty());
}

TEST(TagsOption, TextWithoutColonIsAUsageError) {
  for (const char* text : {"stage", "stage=production", ":production", "stage:x,team"}) {
    const arrow::Status status = ParseTags({text}).status();
    EXPECT_EQ(ErrorClass(status), "UsageError") << text;
    EXPECT_NE(status.message().find("key:value"), std::string::npos);
  }
}

}  // namespace
}  // namespace feast::cli
