#include "text/json_append.h"

#include <cmath>
#include <limits>
#include <string>

#include "gtest/gtest.h"

namespace feast {
namespace {

std::string Real(double number) {
  std::string text;
  AppendJsonReal(number, &text);
  return text;
}

std::string Text(std::string_view given) {
  std::string text;
  AppendJsonString(given, &text);
  return text;
}

// What Python 3 prints for repr() of the same numbers.
TEST(JsonAppend, NumbersAreWrittenAsPythonDoes) {
  EXPECT_EQ(Real(0.1), "0.1");
  EXPECT_EQ(Real(1), "1.0");
  EXPECT_EQ(Real(-0.0), "-0.0");
  EXPECT_EQ(Real(static_cast<double>(0.1F)), "0.10000000149011612");
  EXPECT_EQ(Real(0.0001), "0.0001");
  EXPECT_EQ(Real(0.00001), "1e-05");
  EXPECT_EQ(Real(123456789012345680.0), "1.2345678901234568e+17");
  EXPECT_EQ(Real(1e15), "1000000000000000.0");
  EXPECT_EQ(Real(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(Real(1e16), "1e+16");
  EXPECT_EQ(Real(1e100), "1e+100");
  EXPECT_EQ(Real(5e-324), "5e-324");
  EXPECT_EQ(Real(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(Real(std::nan("")), "\"NaN\"");
  EXPECT_EQ(Real(-std::numeric_limits<double>::infinity()), "\"-Infinity\"");
}

TEST(JsonAppend, TextsAreQuoted) {
  EXPECT_EQ(Text("a\"b\\c\n\t\x01\x7f"), "\"a\\\"b\\\\c\\n\\t\\u0001\x7f\"");
  EXPECT_EQ(Text("é"), "\"é\"");
  EXPECT_EQ(Text("a\xff"
                 "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
  EXPECT_EQ(Text(""), "\"\"");
}

}  // namespace
}  // namespace feast
