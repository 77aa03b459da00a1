#include "feast/call_context.h"

#include <gtest/gtest.h>

#include <thread>

namespace feast {
namespace {

using std::chrono::milliseconds;

TEST(Deadline, IsNeverUnlessSet) {
  EXPECT_TRUE(Deadline().is_never());
  EXPECT_FALSE(Deadline().has_passed());
  EXPECT_EQ(Deadline().LeftUpTo(milliseconds(50)), milliseconds(50));
}

TEST(Deadline, PassesAndLeavesNothing) {
  const Deadline soon = Deadline::After(milliseconds(5));
  EXPECT_LE(soon.LeftUpTo(milliseconds(1000)), milliseconds(5));
  std::this_thread::sleep_for(milliseconds(6));
  EXPECT_TRUE(soon.has_passed());
  EXPECT_EQ(soon.LeftUpTo(milliseconds(1000)), milliseconds(0));
  EXPECT_LT(soon, Deadline());
}

TEST(CallContext, EndsWhenStoppedAndWhenTimeIsOver) {
  std::stop_source stop;
  const CallContext context{.stop = stop.get_token()};
  EXPECT_TRUE(context.Check().ok());
  EXPECT_TRUE(context.Within(std::chrono::hours(1)).Check().ok());
  EXPECT_TRUE(context.Within(milliseconds(-1)).Check().IsCancelled());
  stop.request_stop();
  EXPECT_TRUE(context.Check().IsCancelled());
}

TEST(CallContext, TheEarlierDeadlineCounts) {
  const CallContext context{.deadline = Deadline::After(milliseconds(-1))};
  EXPECT_TRUE(context.Within(std::chrono::hours(1)).deadline.has_passed());
}

TEST(CallScope, IsOfItsThreadAndNests) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(CallContext::OfThread().Check().ok());
  {
    const CallScope stopped({.stop = stop.get_token()});
    EXPECT_TRUE(CallContext::OfThread().Check().IsCancelled());
    {
      const CallScope free({});
      EXPECT_TRUE(CallContext::OfThread().Check().ok());
    }
    EXPECT_TRUE(CallContext::OfThread().Check().IsCancelled());
    std::thread([] { EXPECT_TRUE(CallContext::OfThread().Check().ok()); }).join();
  }
  EXPECT_TRUE(CallContext::OfThread().Check().ok());
}

}  // namespace
}  // namespace feast
