#include "files/output/column_encoding.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>

#include "arrow/array/builder_primitive.h"
#include "arrow/type.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

constexpr int64_t kRows = 100'000;

template <typename Type>
std::shared_ptr<arrow::Array> MakeColumn(
    int64_t rows, const std::function<std::optional<typename Type::c_type>(int64_t row)>& value) {
  arrow::NumericBuilder<Type> builder;
  for (int64_t row = 0; row < rows; ++row) EXPECT_TRUE(builder.AppendOrNull(value(row)).ok());
  return builder.Finish().ValueOrDie();
}

ColumnEncoding Choose(const std::shared_ptr<arrow::Array>& column) {
  return ChooseEncoding(*column->data()).ValueOrDie();
}

TEST(ChooseEncoding, RandomNumbersAreStoredAsTheyAre) {
  std::mt19937 random(1);
  const auto any = [&](int64_t) { return std::uniform_real_distribution<float>()(random); };
  const ColumnEncoding encoding = Choose(MakeColumn<arrow::FloatType>(kRows, any));
  EXPECT_FALSE(encoding.dictionary);
  EXPECT_FALSE(encoding.compressed);
}

TEST(ChooseEncoding, SlotsOfNullsDoNotCount) {
  std::mt19937 random(1);
  const auto half = [&](int64_t) {
    const float value = std::uniform_real_distribution<float>()(random);
    return random() % 2 == 0 ? std::optional(value) : std::nullopt;
  };
  const ColumnEncoding encoding = Choose(MakeColumn<arrow::FloatType>(kRows, half));
  EXPECT_FALSE(encoding.dictionary);
  EXPECT_FALSE(encoding.compressed);
}

TEST(ChooseEncoding, FewDifferentNumbersGetADictionary) {
  std::mt19937 random(1);
  const auto few = [&](int64_t) { return static_cast<int64_t>(random() % 10'000); };
  EXPECT_TRUE(Choose(MakeColumn<arrow::Int64Type>(kRows, few)).dictionary);
}

TEST(ChooseEncoding, AFrequentNumberAmongDifferentOnesMakesNoDictionaryPay) {
  std::mt19937 random(1);
  const auto third = [&](int64_t) { return random() % 3 == 0 ? 0 : static_cast<int32_t>(random()); };
  EXPECT_FALSE(Choose(MakeColumn<arrow::Int32Type>(kRows, third)).dictionary);
}

TEST(ChooseEncoding, NumbersWithBytesInCommonAreCompressed) {
  std::mt19937 random(1);
  const auto small = [&](int64_t) { return static_cast<int64_t>(random() % 10'000'000); };
  const ColumnEncoding encoding = Choose(MakeColumn<arrow::Int64Type>(kRows, small));
  EXPECT_FALSE(encoding.dictionary);
  EXPECT_TRUE(encoding.compressed);
}

TEST(ChooseEncoding, RareNumbersAreCompressedForTheirNulls) {
  std::mt19937 random(1);
  const auto rare = [&](int64_t row) {
    return row % 50 == 0 ? std::optional(static_cast<int32_t>(random())) : std::nullopt;
  };
  const ColumnEncoding encoding = Choose(MakeColumn<arrow::Int32Type>(kRows, rare));
  EXPECT_FALSE(encoding.dictionary);
  EXPECT_TRUE(encoding.compressed);
}

TEST(ChooseEncoding, OnlyTheSliceIsLookedAt) {
  std::mt19937 random(1);
  const auto late = [&](int64_t row) {
    return row < kRows ? std::nullopt : std::optional(static_cast<int32_t>(random()));
  };
  const auto column = MakeColumn<arrow::Int32Type>(2 * kRows, late);
  EXPECT_TRUE(Choose(column->Slice(0, kRows)).dictionary);
  EXPECT_FALSE(Choose(column->Slice(kRows)).dictionary);
}

TEST(ChooseEncoding, WhatIsNoNumberOrTooShortIsLeftAlone) {
  for (const auto& type : {arrow::utf8(), arrow::boolean(), arrow::list(arrow::int32()), arrow::null()}) {
    const auto table = MakeTable({{"c", type, "[null, null]"}});
    const ColumnEncoding encoding = Choose(table->column(0)->chunk(0));
    EXPECT_TRUE(encoding.dictionary);
    EXPECT_TRUE(encoding.compressed);
  }
  EXPECT_TRUE(
      Choose(MakeColumn<arrow::Int32Type>(10, [](int64_t row) { return static_cast<int32_t>(row); })).dictionary);
}

}  // namespace
}  // namespace feast::scan
