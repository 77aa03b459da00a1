#include "cli/tags_filter.h"

#include "feast/errors.h"
#include "gtest/gtest.h"

namespace feast::cli {
namespace {

TEST(TagsFilter, TakesWhatFeastTakes) {
  const Tags expected = {{"stage", "production"}, {"team", "a:b"}};
  EXPECT_EQ(ParseTags({"stage:production", "team:a:b"}).ValueOrDie(), expected);
  EXPECT_EQ(ParseTags({"stage:production, team:a:b"}).ValueOrDie(), expected);
  EXPECT_EQ(ParseTags({"('stage': 'production', \"team\": a:b)"}).ValueOrDie(), expected);
  EXPECT_TRUE(ParseTags({""}).ValueOrDie().empty());
}

TEST(TagsFilter, TextWithoutColonIsAUsageError) {
  for (const char* text : {"stage", "stage=production", ":production", "stage:x,team"}) {
    const arrow::Status status = ParseTags({text}).status();
    EXPECT_EQ(ErrorClass(status), "UsageError") << text;
    EXPECT_NE(status.message().find("key:value"), std::string::npos);
  }
}

TEST(TagsFilter, AllMustMatch) {
  const Tags tags = {{"stage", "production"}, {"team", "x"}};
  EXPECT_TRUE(HasTags(tags, {}));
  EXPECT_TRUE(HasTags(tags, {{"team", "x"}}));
  EXPECT_FALSE(HasTags(tags, {{"team", "x"}, {"stage", "staging"}}));
  EXPECT_FALSE(HasTags(tags, {{"owner", "x"}}));
}

}  // namespace
}  // namespace feast::cli
