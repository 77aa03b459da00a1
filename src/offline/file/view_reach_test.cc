#include "offline/file/view_reach.h"

#include <gtest/gtest.h>

namespace feast {
namespace {

using Bounds = std::optional<std::pair<int64_t, int64_t>>;

TEST(ViewReach, TakesInWhatFurtherEntityRowsReach) {
  ViewReach all;
  all.Add({10, 20, {Bounds({1, 5}), Bounds({1, 5}), std::nullopt}});
  all.Add({INT64_MAX, INT64_MIN, {std::nullopt, std::nullopt, std::nullopt}});
  EXPECT_EQ(all.keys[1], Bounds({1, 5})) << "what reaches nothing adds nothing";
  all.Add({15, 30, {Bounds({3, 9}), std::nullopt, Bounds({3, 9})}});
  EXPECT_EQ(all.first_ns, 10);
  EXPECT_EQ(all.last_ns, 30);
  EXPECT_EQ(all.keys[0], Bounds({1, 9}));
  EXPECT_EQ(all.keys[1], std::nullopt) << "one side has no bounds";
  EXPECT_EQ(all.keys[2], std::nullopt);
}

}  // namespace
}  // namespace feast
