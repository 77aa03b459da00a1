#include "materialize/materializer.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(Materializer, ARequestIsIncrementalAndOfAllViewsUnlessItSaysOtherwise) {
  const MaterializeRequest request;
  EXPECT_TRUE(request.views.empty());
  EXPECT_FALSE(request.start.has_value());
  EXPECT_FALSE(request.any_time);
}

}  // namespace
}  // namespace feast
