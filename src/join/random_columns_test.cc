#include "join/random_columns_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "arrow/array/array_base.h"
#include "arrow/array/array_dict.h"
#include "arrow/array/builder_base.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/builder.h"
#include "arrow/chunked_array.h"
#include "arrow/scalar.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "arrow/util/decimal.h"

namespace feast::join {
namespace {

// Of different lengths, below and above the 12 bytes that views hold inline, one empty, all with a common start.
std::string Text(int64_t number) {
  if (number == 0) return "";
  return number % 2 == 0 ? "k" + std::to_string(number) : "a key that is long enough " + std::to_string(number);
}

std::shared_ptr<arrow::Scalar> ScalarOf(const std::shared_ptr<arrow::DataType>& type, int64_t number) {
  const int32_t scale = arrow::is_decimal(type->id()) ? static_cast<const arrow::DecimalType&>(*type).scale() : 0;
  switch (type->id()) {
    case arrow::Type::BOOL:
      return std::make_shared<arrow::BooleanScalar>(number % 2 == 0);
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
      return arrow::MakeScalar(type, number == 3 ? 3.5 : number == 0 ? -0.0 : static_cast<double>(number)).ValueOrDie();
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
      return arrow::MakeScalar(type, arrow::Buffer::FromString(Text(number))).ValueOrDie();
    case arrow::Type::FIXED_SIZE_BINARY:
      return arrow::MakeScalar(type, arrow::Buffer::FromString("k" + std::to_string(number % 10))).ValueOrDie();
    case arrow::Type::DECIMAL128:
      return std::make_shared<arrow::Decimal128Scalar>(arrow::Decimal128(number).Rescale(0, scale).ValueOrDie(), type);
    case arrow::Type::DECIMAL256:
      return std::make_shared<arrow::Decimal256Scalar>(arrow::Decimal256(number).Rescale(0, scale).ValueOrDie(), type);
    default:
      return arrow::MakeScalar(type, number).ValueOrDie();
  }
}

std::shared_ptr<arrow::Array> PlainArray(const std::shared_ptr<arrow::DataType>& type, const SmallNumbers& numbers) {
  auto builder = arrow::MakeBuilder(type).ValueOrDie();
  for (const auto& number : numbers) {
    const auto status = number.has_value() ? builder->AppendScalar(*ScalarOf(type, *number)) : builder->AppendNull();
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  return builder->Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> DictionaryArray(const std::shared_ptr<arrow::DataType>& type, const SmallNumbers& numbers,
                                              Random* random) {
  SmallNumbers entries;
  for (const auto& number : numbers) {
    // Repeats as long as the narrowest index has room for them.
    const bool known = std::find(entries.begin(), entries.end(), number) != entries.end();
    if (!known || entries.size() < 20) entries.push_back(number);
  }
  entries.emplace_back(99);
  entries.emplace_back();
  std::shuffle(entries.begin(), entries.end(), *random);
  const auto& dictionary_type = static_cast<const arrow::DictionaryType&>(*type);
  auto indices = arrow::MakeBuilder(dictionary_type.index_type()).ValueOrDie();
  for (const auto& number : numbers) {
    // A null lies in the index or in the dictionary.
    const auto entry = std::find(entries.begin(), entries.end(), number) - entries.begin();
    const bool null = !number.has_value() && OnceIn(random, 2);
    const auto status =
        null ? indices->AppendNull()
             : indices->AppendScalar(*arrow::MakeScalar(dictionary_type.index_type(), entry).ValueOrDie());
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  return arrow::DictionaryArray::FromArrays(type, indices->Finish().ValueOrDie(),
                                            PlainArray(dictionary_type.value_type(), entries))
      .ValueOrDie();
}

}  // namespace

int64_t Between(Random* random, int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(*random);
}

bool OnceIn(Random* random, int times) { return Between(random, 1, times) == 1; }

std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type, const SmallNumbers& numbers,
                                      Random* random) {
  if (type->id() == arrow::Type::DICTIONARY) return DictionaryArray(type, numbers, random);
  return PlainArray(type, numbers);
}

std::shared_ptr<arrow::ChunkedArray> ColumnOf(const std::shared_ptr<arrow::DataType>& type, const SmallNumbers& numbers,
                                              Random* random) {
  arrow::ArrayVector chunks;
  const auto rows = static_cast<int64_t>(numbers.size());
  for (int64_t row = 0; row < rows;) {
    if (OnceIn(random, 5)) chunks.push_back(ArrayOf(type, {}, random));
    const int64_t length = OnceIn(random, 2) ? rows - row : Between(random, 1, std::min<int64_t>(rows - row, 120));
    const int64_t before = OnceIn(random, 2) ? 0 : Between(random, 0, 9);
    SmallNumbers padded(before, 1);
    padded.insert(padded.end(), numbers.begin() + row, numbers.begin() + row + length);
    chunks.push_back(ArrayOf(type, padded, random)->Slice(before, length));
    row += length;
  }
  return arrow::ChunkedArray::Make(std::move(chunks), type).ValueOrDie();
}

}  // namespace feast::join
