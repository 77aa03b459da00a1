#include "text/did_you_mean.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(DidYouMeanTest, NearestWithoutRegardToCase) {
  EXPECT_EQ(DidYouMean("conv_rat", {"acc_rate", "conv_rate"}), " Did you mean 'conv_rate'?");
  EXPECT_EQ(DidYouMean("CONV_RATE", {"conv_rate"}), " Did you mean 'conv_rate'?");
  EXPECT_EQ(DidYouMean("ocnv_rate", {"conv_rate", "ocean"}), " Did you mean 'conv_rate'?");
}

TEST(DidYouMeanTest, NoneWhenNothingIsNear) {
  EXPECT_EQ(DidYouMean("driver", {"customer", "merchant"}), "");
  EXPECT_EQ(DidYouMean("x", {}), "");
  EXPECT_EQ(DidYouMean("x", {"", "y"}), "");
  EXPECT_EQ(DidYouMean("", {"conv_rate"}), "");
}

}  // namespace
}  // namespace feast
