#include "server/server.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(Server, IsReachedFromThisMachineAloneAndLimitedUnlessToldOtherwise) {
  const ServerOptions options;
  EXPECT_EQ(options.host, "127.0.0.1");
  EXPECT_GT(options.request_bytes_max, 0);
  EXPECT_LE(options.request_bytes_max, int64_t{64} << 20);
  EXPECT_GT(options.request_time_max.count(), 0);
}

}  // namespace
}  // namespace feast
