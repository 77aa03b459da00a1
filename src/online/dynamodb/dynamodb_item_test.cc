#include "online/dynamodb/dynamodb_item.h"

#include <chrono>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace feast {
namespace {

using std::chrono::microseconds;

Timestamp At(int64_t seconds, int64_t micros = 0) {
  return Timestamp(std::chrono::seconds(seconds) + microseconds(micros));
}

TEST(DynamodbItem, MomentsAreWhatPythonPrints) {
  EXPECT_EQ(DynamodbMomentText(At(1714557600)), "2024-05-01 10:00:00+00:00");
  EXPECT_EQ(DynamodbMomentText(At(1714557600, 5)), "2024-05-01 10:00:00.000005+00:00");
  EXPECT_EQ(DynamodbMomentText(At(-1)), "1969-12-31 23:59:59+00:00");
}

TEST(DynamodbItem, MomentsOfEveryOffsetAreRead) {
  EXPECT_EQ(DynamodbMomentOf("2024-05-01 10:00:00+00:00"), At(1714557600));
  EXPECT_EQ(DynamodbMomentOf("2024-05-01 10:00:00.000005+00:00"), At(1714557600, 5));
  EXPECT_EQ(DynamodbMomentOf("2024-05-01T12:00:00.5+02:00"), At(1714557600, 500000));
  EXPECT_EQ(DynamodbMomentOf("2024-05-01 04:30:00-05:30"), At(1714557600));
  EXPECT_EQ(DynamodbMomentOf("2024-05-01 10:00:00"), At(1714557600));
  // Years that nanoseconds do not reach are the nearest moment.
  EXPECT_TRUE(DynamodbMomentOf("9999-12-31 23:59:59+00:00"));
  for (const char* text : {"", "yesterday", "2024-13-01 10:00:00", "2024-05-01 10:00:00+", "2024-05-01 10:00:00+0x:00",
                           "2024-05-01 10:00:00.", "2024-05-01 10:00:00+00:00 "}) {
    EXPECT_FALSE(DynamodbMomentOf(text)) << text;
  }
}

TEST(DynamodbItem, ProjectionsListFeaturesUnderOtherNames) {
  EXPECT_EQ(DynamodbProjection({"a.b", "\"c\""}),
            R"(,"ProjectionExpression":"#i,#t,#v.#0,#v.#1","ExpressionAttributeNames":{"#i":"entity_id","#t":)"
            R"("event_ts","#v":"values","#0":"a.b","#1":"\"c\""})");
  EXPECT_EQ(DynamodbProjection({}),
            R"(,"ProjectionExpression":"#i,#t","ExpressionAttributeNames":{"#i":"entity_id","#t":"event_ts"})");
  const std::string all = DynamodbProjection(std::vector<std::string>(1000, "f"));
  EXPECT_NE(all.find(R"("#i,#t,#v")"), std::string::npos);
  EXPECT_LT(all.size(), 200U);
}

}  // namespace
}  // namespace feast
