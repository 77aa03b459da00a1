#include "offline/file/spill/memory_limit.h"

#include <unistd.h>

#include <cstdlib>

#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

TEST(MemoryLimit, ReadsSizes) {
  EXPECT_EQ(ParseSize("4096"), 4096);
  EXPECT_EQ(ParseSize("2GB"), int64_t{2} << 30);
  EXPECT_EQ(ParseSize("1.5 GiB"), int64_t{3} << 29);
  EXPECT_EQ(ParseSize("512m"), int64_t{512} << 20);
  EXPECT_EQ(ParseSize("7b"), 7);
  for (const char* text : {"", "much", "-1GB", "0", "2 Gx", "GB", "1e30", "nan", "3KiBs"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
}

TEST(MemoryLimit, TheVariableOrAShareOfTheMachine) {
  setenv("FEAST_MEMORY_LIMIT", "3MB", 1);
  EXPECT_EQ(MemoryLimit().ValueOrDie(), 3 << 20);
  setenv("FEAST_MEMORY_LIMIT", "lots", 1);
  EXPECT_NE(Error(MemoryLimit()).find("not 'lots'"), std::string::npos);
  unsetenv("FEAST_MEMORY_LIMIT");
  EXPECT_GT(MemoryLimit().ValueOrDie(), 0);
  EXPECT_LE(MemoryLimit().ValueOrDie(), int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE) / 2);
}

TEST(MemoryLimit, TheLeastOfAllControlGroupsAbove) {
  TemporaryFolder folder;
  scan::WriteText(folder / "a/memory.max", "3000000\n");
  scan::WriteText(folder / "a/b/memory.max", "max\n");
  scan::WriteText(folder / "memory/x/memory.limit_in_bytes", "2000000");
  scan::WriteText(folder / "memory/memory.limit_in_bytes", "9223372036854771712");
  EXPECT_EQ(ControlGroupLimit("0::/a/b\n", folder.path()), 3'000'000);
  EXPECT_EQ(ControlGroupLimit("4:memory:/x\n0::/a/b\n", folder.path()), 2'000'000);
  EXPECT_EQ(ControlGroupLimit("4:cpu:/x\n0::/\n", folder.path()), std::nullopt);
  EXPECT_EQ(ControlGroupLimit("", folder.path()), std::nullopt);
}

}  // namespace
}  // namespace feast
