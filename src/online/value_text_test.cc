#include "online/value_text.h"

#include <limits>
#include <string>

#include "feast/types/Value.pb.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(PythonFloat, IsWhatPythonPrints) {
  const std::pair<double, const char*> cases[] = {{0.5, "0.5"},
                                                  {1, "1.0"},
                                                  {-0.0, "-0.0"},
                                                  {1e300, "1e+300"},
                                                  {1e15, "1000000000000000.0"},
                                                  {1e16, "1e+16"},
                                                  {0.0001, "0.0001"},
                                                  {0.00001, "1e-05"},
                                                  {0.1 + 0.2, "0.30000000000000004"},
                                                  {1.5e-7, "1.5e-07"},
                                                  {123456.75, "123456.75"},
                                                  {std::numeric_limits<double>::infinity(), "inf"}};
  for (const auto& [number, text] : cases) EXPECT_EQ(PythonFloat(number), text);
  EXPECT_EQ(PythonFloat(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(ValueText, SingleValuesHaveOne) {
  types::Value value;
  value.set_string_val("x");
  EXPECT_EQ(ValueTextOf(value.SerializeAsString()).text, "x");
  EXPECT_FALSE(ValueTextOf(value.SerializeAsString()).number);
  value.set_bool_val(true);
  EXPECT_EQ(ValueTextOf(value.SerializeAsString()).text, "True");
  EXPECT_EQ(ValueTextOf(value.SerializeAsString()).number, 1.0);
  value.set_float_val(0.1F);
  EXPECT_EQ(ValueTextOf(value.SerializeAsString()).text, "0.10000000149011612");
  value.mutable_int64_list_val()->add_val(1);
  EXPECT_FALSE(ValueTextOf(value.SerializeAsString()).text);
  EXPECT_FALSE(ValueTextOf("").text);
  EXPECT_FALSE(ValueTextOf("\xff").text);
}

}  // namespace
}  // namespace feast
