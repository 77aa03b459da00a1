// Entity rows as programs give them: values of JSON or of Python, before they are of any declared type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/types.h"

namespace feast {

struct GivenValue {
  enum class Kind : uint8_t { kNull, kBoolean, kInteger, kReal, kText, kBytes, kList };

  Kind kind = Kind::kNull;
  /// kBoolean, kInteger; of kList, its place in the column's lists.
  int64_t integer = 0;
  double real = 0;
  /// Not owned: what the rows were made of must outlive them.
  std::string_view text = {};
};

struct GivenColumn {
  std::string name;
  std::vector<GivenValue> values;
  std::vector<std::vector<GivenValue>> lists = {};
};

struct GivenRows {
  std::vector<GivenColumn> columns;
  size_t count = 0;
  /// As Feast's server has it: text may stand for a number ("1001").
  bool reads_numbers = false;
};

/// The type that all values share: numbers are Int64 or, if one has a fraction, Float64. Invalid, naming the column,
/// when they share none.
arrow::Result<std::shared_ptr<arrow::Array>> ToArrow(const GivenColumn& column);
/// Invalid when columns differ in length.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> ToArrow(const GivenRows& rows);

/// The value as a join key of type Int32, Int64 or UnixTimestamp (in seconds). TypeError, "must be …, not …", when it
/// is none exactly.
arrow::Result<int64_t> KeyNumberOf(const GivenValue& value, ValueType type, bool reads_numbers);
/// The same for String and Bytes.
arrow::Result<std::string_view> KeyTextOf(const GivenValue& value, ValueType type);

}  // namespace feast
