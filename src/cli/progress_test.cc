#include "cli/progress.h"

#include <cstdlib>

#include "gtest/gtest.h"

namespace feast::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Progress, LineShowsTheShareThatIsDone) {
  EXPECT_EQ(Progress::Line("Join", 50, 100, seconds(12), 80), "Join  [###############---------------]  50%  12s");
  EXPECT_EQ(Progress::Line("Join", 0, 0, seconds(3), 80), "Join  3s");
  EXPECT_EQ(Progress::Line("Join", 24'000'000, 36'000'000, seconds(12), 99, "rows"),
            "Join  [####################----------]  66%  12s  2.0M rows/s  ETA 6s");
  EXPECT_EQ(Progress::Line("Join", 900, 1000, seconds(3), 99, "rows"),
            "Join  [###########################---]  90%  3s  300 rows/s  ETA 0s");
  EXPECT_EQ(Progress::Line("Join", 0, 1000, seconds(3), 99, "rows"), "Join  [------------------------------]  0%  3s");
  EXPECT_EQ(Progress::Line("Join", 300, 100, seconds(3), 80), "Join  [##############################]  100%  3s");
}

TEST(Progress, LineFitsTheTerminal) { EXPECT_EQ(Progress::Line("A long label", 1, 2, seconds(1), 10), "A long la"); }

TEST(Progress, DrawsNothingBeforeTheDelay) {
  testing::internal::CaptureStderr();
  {
    Progress progress("Work", true, seconds(60));
    progress.Update(1, 2);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Progress, ClearsWhatItDrew) {
  testing::internal::CaptureStderr();
  Progress progress("Work", true, milliseconds(1));
  std::this_thread::sleep_for(milliseconds(50));
  progress.Stop();
  const std::string drawn = testing::internal::GetCapturedStderr();
  EXPECT_NE(drawn.find("Work  0s"), std::string::npos);
  EXPECT_TRUE(drawn.ends_with("\r\033[K"));
}

TEST(Progress, IsNotWantedWithoutATerminal) {
  testing::internal::CaptureStderr();
  EXPECT_FALSE(Progress::Wanted());
  testing::internal::GetCapturedStderr();
}

}  // namespace
}  // namespace feast::cli
