// For tests: random columns of every type that is read and written without libparquet's general code.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "arrow/array/builder_primitive.h"
#include "arrow/compute/cast.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"

namespace feast::scan {

using Random = std::mt19937_64;

/// What numbers and timestamps are stored as values of.
inline const std::vector<std::shared_ptr<arrow::DataType>>& FlatTypes() {
  static const std::vector<std::shared_ptr<arrow::DataType>> types = {
      arrow::int32(),
      arrow::uint32(),
      arrow::int64(),
      arrow::uint64(),
      arrow::float32(),
      arrow::float64(),
      arrow::date32(),
      arrow::timestamp(arrow::TimeUnit::MILLI, "UTC"),
      arrow::timestamp(arrow::TimeUnit::MICRO),
      arrow::timestamp(arrow::TimeUnit::NANO, "UTC"),
  };
  return types;
}

/// Few or many distinct values, or so many that nothing repeats, each once or in runs, with no, some or only nulls.
inline std::shared_ptr<arrow::Array> AnyColumn(const std::shared_ptr<arrow::DataType>& type, int64_t rows,
                                               Random* random) {
  const uint64_t distinct = std::vector<uint64_t>{5, 1'000'000, 1 << 24}[(*random)() % 3];
  const uint64_t null_in = std::vector<uint64_t>{0, 0, 3, 1}[(*random)() % 4];
  const bool at_end = (*random)() % 2 == 0;
  const uint64_t run = std::vector<uint64_t>{1, 1, 50}[(*random)() % 3];
  uint64_t value = (*random)() % distinct;
  arrow::Int64Builder builder;
  for (int64_t row = 0; row < rows; ++row) {
    const bool is_null = null_in != 0 && (at_end ? row > rows / 2 : (*random)() % null_in == 0);
    if ((*random)() % run == 0) value = (*random)() % distinct;
    EXPECT_TRUE((is_null ? builder.AppendNull() : builder.Append(static_cast<int64_t>(value))).ok());
  }
  const auto numbers = builder.Finish().ValueOrDie();
  const bool by_double = type->id() == arrow::Type::FLOAT || type->id() == arrow::Type::DOUBLE;
  const auto between = by_double                                                               ? type
                       : arrow::is_integer(type->id()) || type->id() == arrow::Type::TIMESTAMP ? type
                                                                                               : arrow::int32();
  return arrow::compute::Cast(*arrow::compute::Cast(*numbers, between).ValueOrDie(), type).ValueOrDie();
}

/// A column of each type, some that may hold nulls and some that may not.
inline std::shared_ptr<arrow::Table> AnyFlatTable(Random* random) {
  const int64_t rows = std::vector<int64_t>{1, 7, 500, 5000}[(*random)() % 4];
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& type : FlatTypes()) {
    columns.push_back(AnyColumn(type, rows, random));
    const bool nullable = columns.back()->null_count() > 0 || (*random)() % 2 == 0;
    fields.push_back(arrow::field("c." + std::to_string(fields.size()), type, nullable));
  }
  return arrow::Table::Make(arrow::schema(std::move(fields)), columns);
}

}  // namespace feast::scan
