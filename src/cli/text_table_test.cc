#include "cli/text_table.h"

#include "gtest/gtest.h"

namespace feast::cli {
namespace {

TEST(TextTable, HeadersAloneKeepTheirPadding) { EXPECT_EQ(RenderTable({"NAME", "TYPE"}, {}), "NAME    TYPE\n"); }

TEST(TextTable, ColumnsAreAsWideAsTheirWidestCell) {
  EXPECT_EQ(RenderTable({"NAME", "DESCRIPTION", "TYPE"}, {{"driver", "", "INT64"}, {"customer", "who pays", "STRING"}}),
            "NAME      DESCRIPTION    TYPE\n"
            "driver                   INT64\n"
            "customer  who pays       STRING\n");
}

TEST(TextTable, WidthIsCountedInCodePoints) {
  EXPECT_EQ(RenderTable({"N", "X"}, {{"Fähre", "1"}, {"ferry", "2"}}), "N      X\nFähre  1\nferry  2\n");
}

}  // namespace
}  // namespace feast::cli
