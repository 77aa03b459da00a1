#include "system/exceptions.h"

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string>

namespace feast {
namespace {

TEST(Exceptions, BecomeStatuses) {
  EXPECT_TRUE(Caught([] { throw std::bad_alloc(); }).IsOutOfMemory());
  const arrow::Status unknown = Caught([]() -> arrow::Status { throw std::runtime_error("the disk burns"); });
  EXPECT_TRUE(unknown.IsUnknownError());
  EXPECT_NE(unknown.message().find("the disk burns"), std::string::npos);
  EXPECT_TRUE(Caught([]() -> arrow::Result<int> { throw 3; }).status().IsUnknownError());
}

TEST(Exceptions, LeaveOtherResultsAsTheyAre) {
  EXPECT_TRUE(Caught([] {}).ok());
  EXPECT_EQ(Caught([] { return 3; }).ValueOrDie(), 3);
  EXPECT_EQ(*Caught([] { return std::make_unique<int>(4); }).ValueOrDie(), 4);
  EXPECT_TRUE(Caught([] { return arrow::Result<int>(arrow::Status::KeyError("no")); }).status().IsKeyError());
}

}  // namespace
}  // namespace feast
