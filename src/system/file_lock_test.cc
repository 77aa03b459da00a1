#include "system/file_lock.h"

#include <gtest/gtest.h>

#include "system/test_folder.h"

namespace feast {
namespace {

using std::chrono::milliseconds;

TEST(FileLock, WaitsNoLongerThanItsPatienceOrTheCall) {
  const TestFolder folder;
  const std::filesystem::path path = folder / "lock";
  const FileLock held = FileLock::Acquire(path, milliseconds(0)).ValueOrDie();
  EXPECT_TRUE(FileLock::Acquire(path, milliseconds(20)).status().IsIOError());
  const CallContext soon{.deadline = Deadline::After(milliseconds(20))};
  EXPECT_TRUE(FileLock::Acquire(path, std::chrono::minutes(1), soon).status().IsCancelled());
  const CallScope scope(soon);
  EXPECT_TRUE(FileLock::Acquire(path, std::chrono::minutes(1)).status().IsCancelled());
}

}  // namespace
}  // namespace feast
