#include "serving/serving_plan.h"

#include <unordered_set>

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(RequestShape, IsFoundAgainAndNotTakenForAnother) {
  const RequestShape shape{{"trips:daily"}, "", {"driver_id"}, false};
  const std::unordered_set<RequestShape, RequestShapeHash> planned = {shape};
  EXPECT_EQ(planned.count(RequestShape{{"trips:daily"}, "", {"driver_id"}, false}), 1);
  EXPECT_EQ(planned.count(RequestShape{{"trips:daily"}, "", {"driver_id"}, true}), 0);
  EXPECT_EQ(planned.count(RequestShape{{}, "trips:daily", {"driver_id"}, false}), 0);
  EXPECT_EQ(planned.count(RequestShape{{"trips:daily", "driver_id"}, "", {}, false}), 0);
  EXPECT_EQ(planned.count(RequestShape{{"trips:daily"}, "", {"driver_id", "hour"}, false}), 0);
}

TEST(RequestShape, ListsThatAreDividedElsewhereHashDifferently) {
  const RequestShapeHash hash;
  EXPECT_NE(hash({{"a", "b"}, "", {}, false}), hash({{"a"}, "", {"b"}, false}));
  EXPECT_NE(hash({{"a", "b"}, "", {}, false}), hash({{"b", "a"}, "", {}, false}));
}

}  // namespace
}  // namespace feast
