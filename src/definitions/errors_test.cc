#include "feast/errors.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(NamedErrors, CarryTheClassOfFeast) {
  const auto missing = NamedError("FeatureViewNotFoundException", "No such view.");
  EXPECT_TRUE(missing.IsKeyError());
  EXPECT_EQ(missing.message(), "No such view.");
  EXPECT_EQ(ErrorClass(missing), "FeatureViewNotFoundException");
  EXPECT_EQ(ErrorClass(missing.WithMessage("Elsewhere: ", missing.message())), "FeatureViewNotFoundException");
  EXPECT_TRUE(NamedError("ConflictingFeatureViewNames", "Twice.").IsInvalid());
}

TEST(NamedErrors, OtherErrorsCarryNone) {
  EXPECT_EQ(ErrorClass(arrow::Status::OK()), "");
  EXPECT_EQ(ErrorClass(arrow::Status::Invalid("x")), "");
}

TEST(Proposals, NearestWithoutRegardToCase) {
  EXPECT_EQ(DidYouMean("conv_rat", {"acc_rate", "conv_rate"}), " Did you mean 'conv_rate'?");
  EXPECT_EQ(DidYouMean("CONV_RATE", {"conv_rate"}), " Did you mean 'conv_rate'?");
  EXPECT_EQ(DidYouMean("ocnv_rate", {"conv_rate", "ocean"}), " Did you mean 'conv_rate'?");
}

TEST(Proposals, NoneWhenNothingIsNear) {
  EXPECT_EQ(DidYouMean("driver", {"customer", "merchant"}), "");
  EXPECT_EQ(DidYouMean("x", {}), "");
  EXPECT_EQ(DidYouMean("x", {"", "y"}), "");
  EXPECT_EQ(DidYouMean("", {"conv_rate"}), "");
}

}  // namespace
}  // namespace feast
