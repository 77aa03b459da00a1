#include "system/array_check.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/builder_nested.h"
#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/buffer.h"
#include "arrow/table.h"
#include "arrow/type.h"

namespace feast {
namespace {

template <class T>
std::shared_ptr<arrow::Buffer> Bytes(const std::vector<T>& values) {
  return arrow::Buffer::FromVector(values);
}

arrow::Status Check(const std::shared_ptr<arrow::ArrayData>& data) {
  const auto array = arrow::MakeArray(data);
  const auto schema = arrow::schema({arrow::field("driver", data->type)});
  return CheckArrays(*arrow::Table::Make(schema, {array}));
}

std::shared_ptr<arrow::ArrayData> Text(const std::vector<int32_t>& offsets) {
  return arrow::ArrayData::Make(arrow::utf8(), static_cast<int64_t>(offsets.size()) - 1,
                                {nullptr, Bytes(offsets), Bytes(std::vector<char>{'a', 'b', 'c'})});
}

std::shared_ptr<arrow::ArrayData> Dictionary(const std::vector<int32_t>& positions,
                                             std::shared_ptr<arrow::ArrayData> values) {
  auto data = arrow::ArrayData::Make(arrow::dictionary(arrow::int32(), values->type),
                                     static_cast<int64_t>(positions.size()), {nullptr, Bytes(positions)});
  data->dictionary = std::move(values);
  return data;
}

std::shared_ptr<arrow::ArrayData> ListOf(const std::shared_ptr<arrow::ArrayData>& items) {
  return arrow::ArrayData::Make(arrow::list(items->type), 1, {nullptr, Bytes(std::vector<int32_t>{0, 2})}, {items});
}

TEST(ArrayCheck, WhatIsWholePasses) {
  EXPECT_TRUE(Check(Text({0, 1, 3})).ok());
  EXPECT_TRUE(Check(Dictionary({0, 1, 0}, Text({0, 1, 3}))).ok());
  EXPECT_TRUE(Check(ListOf(Dictionary({0, 1, 0}, Text({0, 1, 3})))).ok());
  EXPECT_TRUE(Check(arrow::MakeEmptyArray(arrow::utf8()).ValueOrDie()->data()).ok());
  EXPECT_TRUE(
      Check(arrow::MakeArrayOfNull(arrow::dictionary(arrow::int8(), arrow::utf8()), 3).ValueOrDie()->data()).ok());
}

TEST(ArrayCheck, PositionsOutsideADictionary) {
  for (const int32_t position : {2, -1, INT32_MIN, INT32_MAX}) {
    const arrow::Status status = Check(Dictionary({0, position}, Text({0, 1, 3})));
    EXPECT_NE(status.message().find("Column 'driver' is damaged"), std::string::npos) << status;
    EXPECT_FALSE(Check(ListOf(Dictionary({0, position}, Text({0, 1, 3})))).ok());
  }
}

TEST(ArrayCheck, OffsetsThatDoNotAscend) {
  EXPECT_FALSE(Check(Text({0, 2, 1, 3})).ok());
  EXPECT_FALSE(Check(Text({0, 1, 300})).ok());
  EXPECT_FALSE(Check(Text({0, -5, 3})).ok());
  EXPECT_FALSE(Check(Dictionary({0}, Text({0, 2, 1, 3}))).ok());
}

TEST(ArrayCheck, ViewsBeyondTheirBytes) {
  const auto text = arrow::ArrayData::Make(
      arrow::utf8_view(), 1, {nullptr, Bytes(std::vector<int32_t>{100, 0, 0, 5000}), Bytes(std::vector<char>(200))});
  EXPECT_FALSE(Check(text).ok());
}

}  // namespace
}  // namespace feast
