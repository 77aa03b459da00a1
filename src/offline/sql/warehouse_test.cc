#include "offline/sql/warehouse.h"

#include <gtest/gtest.h>

#include <vector>

namespace feast {
namespace {

TEST(TempTable, IsDroppedOnceByItsLastOwner) {
  std::vector<std::string> dropped;
  {
    TempTable table("\"rows\"", [&](const std::string& name) { dropped.push_back(name); });
    EXPECT_EQ(table.name(), "\"rows\"");
    const TempTable owner = std::move(table);
    EXPECT_TRUE(dropped.empty());
  }
  EXPECT_EQ(dropped, std::vector<std::string>{"\"rows\""});
}

}  // namespace
}  // namespace feast
