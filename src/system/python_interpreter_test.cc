#include "system/python_interpreter.h"

#include <cstdlib>
#include <string>

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(FindPythonTest, FeastPythonDecidesAndMustExist) {
  const char* before = std::getenv("FEAST_PYTHON");
  const std::string saved = before ? before : "";
  setenv("FEAST_PYTHON", "/no/such/python", 1);
  EXPECT_NE(FindPython().status().message().find("/no/such/python"), std::string::npos);
  setenv("FEAST_PYTHON", "sh", 1);
  EXPECT_EQ(FindPython().ValueOrDie().filename(), "sh");
  EXPECT_TRUE(FindPython().ValueOrDie().is_absolute());
  before ? setenv("FEAST_PYTHON", saved.c_str(), 1) : unsetenv("FEAST_PYTHON");
}

}  // namespace
}  // namespace feast
