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

TEST(UnreadableSources, AreToldFromOtherErrorsAndCarryTheirs) {
  const auto why = NamedError("DataSourceNotFoundException", "no such file");
  const auto status = UnreadableSource("Data source 's' (repo.py:5)", why);
  EXPECT_EQ(status.message(), "Data source 's' (repo.py:5) cannot be read: no such file");
  EXPECT_TRUE(status.IsKeyError());
  EXPECT_EQ(ErrorClass(status), "DataSourceNotFoundException");
  EXPECT_EQ(WhyUnreadable(status.WithMessage("Elsewhere: ", status.message()))->message(), "no such file");
  EXPECT_FALSE(WhyUnreadable(why));
  EXPECT_FALSE(WhyUnreadable(arrow::Status::IOError("'x' cannot be read: no")));
}

TEST(NamedErrors, OtherErrorsCarryNone) {
  EXPECT_EQ(ErrorClass(arrow::Status::OK()), "");
  EXPECT_EQ(ErrorClass(arrow::Status::Invalid("x")), "");
}

}  // namespace
}  // namespace feast
