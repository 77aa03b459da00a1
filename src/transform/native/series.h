// A column of numbers with the arithmetic of pandas: its types, its promotions, its missing values and its divisions by
// zero.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast {

/// A pandas Series of one of five types, or a plain Python number (`is_scalar`; one value), which takes the type of the
/// series it meets. Integers and booleans are kept in `integers`, floats in `floats`; NaN is missing.
struct Series {
  enum class Type { kBool, kInt32, kInt64, kFloat32, kFloat64 };

  Type type = Type::kInt64;
  bool is_scalar = false;
  std::vector<int64_t> integers;
  std::vector<double> floats;

  bool is_float() const { return type == Type::kFloat32 || type == Type::kFloat64; }
  int64_t size() const { return static_cast<int64_t>(is_float() ? floats.size() : integers.size()); }
  /// The value at row `i`; a scalar has it at every row.
  double AsDouble(int64_t i) const { return is_float() ? floats[Row(i)] : static_cast<double>(integers[Row(i)]); }
  int64_t AsInteger(int64_t i) const { return integers[Row(i)]; }

  static Series Integer(int64_t value) { return {Type::kInt64, true, {value}, {}}; }
  static Series Float(double value) { return {Type::kFloat64, true, {}, {value}}; }
  static Series Bool(bool value) { return {Type::kBool, true, {value}, {}}; }

  /// As pandas sees an Arrow column: integers with nulls are floats. NotImplemented for other than numbers, and for
  /// booleans with nulls.
  static arrow::Result<Series> FromArrow(const arrow::Array& array);
  /// NaN becomes null. Not for scalars.
  arrow::Result<std::shared_ptr<arrow::Array>> ToArrow() const;

 private:
  size_t Row(int64_t i) const { return is_scalar ? 0 : static_cast<size_t>(i); }
};

/// + - * / // % ** on numbers, & | ^ on booleans. Errors are those pandas raises; NotImplemented where this arithmetic
/// ends.
arrow::Result<Series> Arithmetic(std::string_view op, const Series& left, const Series& right);
/// == != < <= > >=
arrow::Result<Series> Compare(std::string_view op, const Series& left, const Series& right);
/// - + on numbers, ~ on booleans.
arrow::Result<Series> Negate(std::string_view op, const Series& operand);

/// astype(): to integers truncates, and is an error for missing and infinite values.
arrow::Result<Series> AsType(const Series& series, Series::Type type);
Series FillMissing(const Series& series, const Series& value);
Series IsMissing(const Series& series, bool missing);
/// Half to even, as numpy rounds. `decimals` >= 0.
Series Round(const Series& series, int64_t decimals);
arrow::Result<Series> Absolute(const Series& series);
/// A function of floats; integers become float64 first.
Series MapFloats(const Series& series, double (*function)(double));
/// np.where, np.minimum and np.maximum (of two; a missing value wins).
arrow::Result<Series> Where(const Series& condition, const Series& left, const Series& right);
arrow::Result<Series> Extreme(const Series& left, const Series& right, bool maximum);

}  // namespace feast
