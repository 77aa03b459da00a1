#include "server/http/feature_request.h"

#include <string>

#include "gtest/gtest.h"

namespace feast {
namespace {

using Kind = GivenValue::Kind;

TEST(FeatureRequest, WhatProgramsSendIsReadAtOnce) {
  FeatureRequest request;
  ASSERT_TRUE(ReadFeatureRequest(
      R"( {"features":["v:a","v:\"b\u00e9"], "entities":{"k":[1,-2.5,null,"x","\n",true]}, "full_feature_names":true} )",
      &request));
  EXPECT_EQ(request.shape.features, (std::vector<std::string>{"v:a", "v:\"b\u00e9"}));
  EXPECT_EQ(request.shape.columns, std::vector<std::string>{"k"});
  EXPECT_TRUE(request.shape.full_feature_names);
  ASSERT_EQ(request.rows.count, 6);
  const auto& values = request.rows.columns[0].values;
  EXPECT_EQ(values[0].integer, 1);
  EXPECT_EQ(values[1].real, -2.5);
  EXPECT_EQ(values[2].kind, Kind::kNull);
  EXPECT_EQ(values[3].text, "x");
  EXPECT_EQ(values[4].text, "\n");
  EXPECT_EQ(values[5].kind, Kind::kBoolean);
}

TEST(FeatureRequest, BothWaysOfReadingAgree) {
  const char* const bodies[] = {
      R"({"features":["a:b"],"entities":{"k":[1]}})",
      R"({"entities":{"k":[1e3,0,-0,0.5,-1E-2],"l":[]},"feature_service":"s"})",
      R"({"entities":{},"features":[],"full_feature_names":false})",
      R"({"entities":{"k":["\ud83d\ude00","/\/","A"]},"feature_service":null})",
  };
  for (const char* body : bodies) {
    FeatureRequest quick, thorough;
    HttpAnswer refusal;
    ASSERT_TRUE(ReadFeatureRequest(body, &quick)) << body;
    ASSERT_TRUE(ReadUnusualFeatureRequest(body, &thorough, &refusal)) << body << refusal.body;
    EXPECT_EQ(quick.shape, thorough.shape) << body;
    ASSERT_EQ(quick.rows.columns.size(), thorough.rows.columns.size());
    for (size_t c = 0; c < quick.rows.columns.size(); ++c) {
      const auto& ours = quick.rows.columns[c].values;
      const auto& theirs = thorough.rows.columns[c].values;
      ASSERT_EQ(ours.size(), theirs.size());
      for (size_t i = 0; i < ours.size(); ++i) {
        EXPECT_EQ(ours[i].kind, theirs[i].kind) << body << i;
        EXPECT_EQ(ours[i].integer, theirs[i].integer) << body << i;
        EXPECT_EQ(ours[i].real, theirs[i].real) << body << i;
        EXPECT_EQ(ours[i].text, theirs[i].text) << body << i;
      }
    }
  }
}

TEST(FeatureRequest, WhatIsNoJsonIsRefusedByBoth) {
  const char* const bodies[] = {"",
                                "{",
                                "[]",
                                "nul",
                                "{\"entities\":{\"k\":[01]}}",
                                "{\"entities\":{\"k\":[1.]}}",
                                "{\"entities\":{\"k\":[+1]}}",
                                "{\"entities\":{\"k\":[.5]}}",
                                "{\"entities\":{\"k\":[1,]}}",
                                "{\"entities\":{\"k\":[-]}}",
                                "{\"entities\":{}} x",
                                "{\"entities\":{\"k\":[\"\x01\"]}}",
                                "{\"entities\":{\"k\":[\"\xff\"]}}",
                                "{\"entities\":{\"k\":[\"\\"};
  for (const char* body : bodies) {
    FeatureRequest request;
    HttpAnswer refusal;
    EXPECT_FALSE(ReadFeatureRequest(body, &request)) << body;
    EXPECT_FALSE(ReadUnusualFeatureRequest(body, &request, &refusal)) << body;
    EXPECT_EQ(refusal.status, 422) << body;
  }
}

}  // namespace
}  // namespace feast
