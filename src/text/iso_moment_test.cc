#include "text/iso_moment.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(IsoMoment, IsReadInUtcUnlessItSaysAZone) {
  EXPECT_EQ(MicrosOfIsoMoment("1970-01-02"), 86'400'000'000);
  EXPECT_EQ(MicrosOfIsoMoment("1970-01-01 00:00:01"), 1'000'000);
  EXPECT_EQ(MicrosOfIsoMoment("1970-01-01T00:00:01Z"), 1'000'000);
  EXPECT_EQ(MicrosOfIsoMoment("1970-01-01T01:00:00+01:00"), 0);
  EXPECT_EQ(MicrosOfIsoMoment("1970-01-01 00:00:00.000001"), 1);
  EXPECT_EQ(MicrosOfIsoMoment("1970-01-01 00:00:00.000001999"), 1);
  EXPECT_EQ(MicrosOfIsoMoment("1969-12-31 23:59:59.999999999"), -1);
}

TEST(IsoMoment, OtherTextIsNone) {
  for (const char* text : {"", "soon", "01/02/2026", "2026-13-01", "2026-01-31 12:00:00.1234567891", "12:00:00"}) {
    EXPECT_FALSE(MicrosOfIsoMoment(text)) << text;
  }
}

}  // namespace
}  // namespace feast
