#include "transform/native/series.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/type.h"

namespace feast {
namespace {

using arrow::Status;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Series Empty(Series::Type type, const Series& left, const Series& right) {
  Series result;
  result.type = type;
  result.is_scalar = left.is_scalar && right.is_scalar;
  return result;
}

int64_t Rows(const Series& left, const Series& right) { return left.is_scalar ? right.size() : left.size(); }

int64_t Wrap(Series::Type type, uint64_t value) {
  return type == Series::Type::kInt32 ? static_cast<int32_t>(value) : static_cast<int64_t>(value);
}

double Narrow(Series::Type type, double value) {
  return type == Series::Type::kFloat32 ? static_cast<float>(value) : value;
}

/// The type two operands meet in. A plain number only raises a series to the kind (integer, float) it is of.
Series::Type Promote(const Series& left, const Series& right) {
  if (left.is_scalar != right.is_scalar) {
    const Series& series = left.is_scalar ? right : left;
    const Series& scalar = left.is_scalar ? left : right;
    if (scalar.is_float()) return series.is_float() ? series.type : Series::Type::kFloat64;
    if (scalar.type != Series::Type::kBool && series.type == Series::Type::kBool) return Series::Type::kInt64;
    return series.type;
  }
  const auto [low, high] = std::minmax(left.type, right.type);
  if (high == Series::Type::kFloat32 && (low == Series::Type::kInt32 || low == Series::Type::kInt64))
    return Series::Type::kFloat64;
  return high;
}

/// A plain integer that does not fit the series's type is an error in numpy.
bool ScalarFits(const Series& operand, Series::Type type) {
  return !operand.is_scalar || operand.is_float() || type != Series::Type::kInt32 ||
         (operand.integers[0] >= std::numeric_limits<int32_t>::min() &&
          operand.integers[0] <= std::numeric_limits<int32_t>::max());
}

double FloorDivide(double a, double b) {
  if (b == 0) return a / b;
  const double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0 && (b < 0) != (remainder < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(0.0, a / b);
  double floor = std::floor(quotient);
  if (quotient - floor > 0.5) floor += 1;
  return floor;
}

double Modulo(double a, double b) {
  double remainder = std::fmod(a, b);
  if (b == 0 || std::isnan(remainder)) return kNan;
  if (remainder == 0) return std::copysign(0.0, b);
  if ((b < 0) != (remainder < 0)) remainder += b;
  return remainder;
}

/// Not for b == 0 or the one quotient that overflows.
int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a % b < 0) != (b < 0)); }
int64_t Modulo(int64_t a, int64_t b) { return a % b + (a % b != 0 && (a % b < 0) != (b < 0) ? b : 0); }

uint64_t IntegerPower(int64_t base, int64_t exponent) {
  uint64_t result = 1, factor = static_cast<uint64_t>(base);
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= factor;
    factor *= factor;
  }
  return result;
}

arrow::Result<Series> FloatArithmetic(std::string_view op, Series::Type type, const Series& left, const Series& right) {
  Series result = Empty(type, left, right);
  const int64_t rows = Rows(left, right);
  result.floats.resize(static_cast<size_t>(rows));
  const auto compute = [&](auto&& function) {
    for (int64_t i = 0; i < rows; ++i) {
      const double a = Narrow(type, left.AsDouble(i)), b = Narrow(type, right.AsDouble(i));
      result.floats[static_cast<size_t>(i)] = Narrow(type, function(a, b));
    }
  };
  if (op == "+") {
    compute([](double a, double b) { return a + b; });
  } else if (op == "-") {
    compute([](double a, double b) { return a - b; });
  } else if (op == "*") {
    compute([](double a, double b) { return a * b; });
  } else if (op == "/") {
    compute([](double a, double b) { return a / b; });
  } else if (op == "//") {
    compute([](double a, double b) { return FloorDivide(a, b); });
  } else if (op == "%") {
    compute([](double a, double b) { return Modulo(a, b); });
  } else if (op == "**") {
    compute([](double a, double b) { return std::pow(a, b); });
  } else {
    return Status::NotImplemented("operator ", op, " on floats");
  }
  return result;
}

/// // and % of integers, which pandas gives as floats when a divisor is zero.
arrow::Result<Series> IntegerDivision(std::string_view op, Series::Type type, const Series& left, const Series& right) {
  const int64_t rows = Rows(left, right);
  bool has_zero = false;
  for (int64_t i = 0; i < rows; ++i) has_zero |= right.AsInteger(i) == 0;
  Series result = Empty(has_zero ? Series::Type::kFloat64 : type, left, right);
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t a = left.AsInteger(i), b = right.AsInteger(i);
    if (b == 0) {
      result.floats.push_back(op == "//" && a != 0 ? std::copysign(std::numeric_limits<double>::infinity(), a) : kNan);
      continue;
    }
    int64_t value;
    if (b == -1) {
      value = op == "//" ? Wrap(type, -static_cast<uint64_t>(a)) : 0;
    } else {
      value = op == "//" ? FloorDivide(a, b) : Modulo(a, b);
    }
    if (has_zero) {
      result.floats.push_back(static_cast<double>(value));
    } else {
      result.integers.push_back(value);
    }
  }
  return result;
}

arrow::Result<Series> IntegerArithmetic(std::string_view op, Series::Type type, const Series& left,
                                        const Series& right) {
  if (op == "//" || op == "%") return IntegerDivision(op, type, left, right);
  Series result = Empty(type, left, right);
  const int64_t rows = Rows(left, right);
  result.integers.resize(static_cast<size_t>(rows));
  for (int64_t i = 0; i < rows; ++i) {
    const uint64_t a = static_cast<uint64_t>(left.AsInteger(i)), b = static_cast<uint64_t>(right.AsInteger(i));
    uint64_t value;
    if (op == "+") {
      value = a + b;
    } else if (op == "-") {
      value = a - b;
    } else if (op == "*") {
      value = a * b;
    } else if (op == "**") {
      if (right.AsInteger(i) < 0)
        return Status::Invalid("ValueError: Integers to negative integer powers are not allowed.");
      value = IntegerPower(left.AsInteger(i), right.AsInteger(i));
    } else {
      return Status::NotImplemented("operator ", op, " on integers");
    }
    result.integers[static_cast<size_t>(i)] = Wrap(type, value);
  }
  return result;
}

arrow::Result<Series> BoolArithmetic(std::string_view op, const Series& left, const Series& right) {
  Series result = Empty(Series::Type::kBool, left, right);
  if (op == "-") return Status::Invalid("TypeError: numpy boolean subtract, the `-` operator, is not supported.");
  if (op != "+" && op != "*" && op != "&" && op != "|" && op != "^") {
    return Status::NotImplemented("operator ", op, " on booleans");
  }
  for (int64_t i = 0; i < Rows(left, right); ++i) {
    const bool a = left.AsInteger(i), b = right.AsInteger(i);
    result.integers.push_back(op == "^" ? a != b : op == "*" || op == "&" ? a && b : a || b);
  }
  return result;
}

/// Two plain numbers: Python's rules, where integers do not wrap and a zero divisor raises.
arrow::Result<Series> ScalarArithmetic(std::string_view op, const Series& left, const Series& right) {
  if ((op == "/" || op == "//" || op == "%") && right.AsDouble(0) == 0) {
    return Status::Invalid("ZeroDivisionError: division by zero");
  }
  if (left.is_float() || right.is_float() || op == "/") {
    if (op == "**") return Status::NotImplemented("a power of constants");
    return FloatArithmetic(op, Series::Type::kFloat64, left, right);
  }
  const int64_t a = left.AsInteger(0), b = right.AsInteger(0);
  int64_t value;
  bool overflow;
  if (op == "+") {
    overflow = __builtin_add_overflow(a, b, &value);
  } else if (op == "-") {
    overflow = __builtin_sub_overflow(a, b, &value);
  } else if (op == "*") {
    overflow = __builtin_mul_overflow(a, b, &value);
  } else {
    return Status::NotImplemented("operator ", op, " on constants");
  }
  if (overflow) return Status::NotImplemented("integers beyond 64 bits");
  return Series::Integer(value);
}

/// Integers with nulls are floats, as in pandas. Where those would be other numbers, the Python side has a way.
template <typename ArrowType>
arrow::Result<Series> Integers(Series::Type type, const arrow::Array& array) {
  constexpr int64_t kExactMax = int64_t{1} << 53;
  const auto& values = static_cast<const arrow::NumericArray<ArrowType>&>(array);
  Series series;
  if (array.null_count() == 0) {
    series.type = type;
    series.integers.assign(values.raw_values(), values.raw_values() + values.length());
    return series;
  }
  series.type = Series::Type::kFloat64;
  for (int64_t i = 0; i < values.length(); ++i) {
    const int64_t value = values.IsNull(i) ? 0 : values.Value(i);
    if (value > kExactMax || value < -kExactMax) return Status::NotImplemented("integers beyond 2^53 with nulls");
    series.floats.push_back(values.IsNull(i) ? kNan : static_cast<double>(value));
  }
  return series;
}

template <typename ArrowType>
Series Floats(Series::Type type, const arrow::Array& array) {
  const auto& values = static_cast<const arrow::NumericArray<ArrowType>&>(array);
  Series series;
  series.type = type;
  series.floats.resize(static_cast<size_t>(values.length()));
  for (int64_t i = 0; i < values.length(); ++i) {
    series.floats[static_cast<size_t>(i)] = values.IsNull(i) ? kNan : static_cast<double>(values.Value(i));
  }
  return series;
}

template <typename Builder, typename Values>
arrow::Result<std::shared_ptr<arrow::Array>> Build(const Values& values) {
  Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(static_cast<int64_t>(values.size())));
  for (const auto value : values) {
    if (std::isnan(static_cast<double>(value))) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(static_cast<typename Builder::value_type>(value));
    }
  }
  return builder.Finish();
}

}  // namespace

arrow::Result<Series> Series::FromArrow(const arrow::Array& array) {
  switch (array.type_id()) {
    case arrow::Type::INT32:
      return Integers<arrow::Int32Type>(Series::Type::kInt32, array);
    case arrow::Type::INT64:
      return Integers<arrow::Int64Type>(Series::Type::kInt64, array);
    case arrow::Type::FLOAT:
      return Floats<arrow::FloatType>(Series::Type::kFloat32, array);
    case arrow::Type::DOUBLE:
      return Floats<arrow::DoubleType>(Series::Type::kFloat64, array);
    case arrow::Type::BOOL: {
      if (array.null_count() > 0) return Status::NotImplemented("booleans with nulls");
      Series series;
      series.type = Series::Type::kBool;
      const auto& values = static_cast<const arrow::BooleanArray&>(array);
      for (int64_t i = 0; i < values.length(); ++i) series.integers.push_back(values.Value(i));
      return series;
    }
    default:
      return Status::NotImplemented("a column of type ", array.type()->ToString());
  }
}

arrow::Result<std::shared_ptr<arrow::Array>> Series::ToArrow() const {
  switch (type) {
    case Series::Type::kBool: {
      arrow::BooleanBuilder builder;
      for (const int64_t value : integers) ARROW_RETURN_NOT_OK(builder.Append(value != 0));
      return builder.Finish();
    }
    case Series::Type::kInt32:
      return Build<arrow::Int32Builder>(integers);
    case Series::Type::kInt64:
      return Build<arrow::Int64Builder>(integers);
    case Series::Type::kFloat32:
      return Build<arrow::FloatBuilder>(floats);
    case Series::Type::kFloat64:
      return Build<arrow::DoubleBuilder>(floats);
  }
  return Status::UnknownError("a series of no type");
}

arrow::Result<Series> Arithmetic(std::string_view op, const Series& left, const Series& right) {
  const bool is_bitwise = op == "&" || op == "|" || op == "^";
  if (is_bitwise && (left.type != Series::Type::kBool || right.type != Series::Type::kBool)) {
    return Status::NotImplemented("operator ", op, " on numbers");
  }
  if (left.is_scalar && right.is_scalar && !is_bitwise) return ScalarArithmetic(op, left, right);
  Series::Type type = Promote(left, right);
  if (!ScalarFits(left, type) || !ScalarFits(right, type)) {
    return Status::NotImplemented("a constant beyond 32 bits with a column of 32 bits");
  }
  if (op == "/" && type < Series::Type::kFloat32) type = Series::Type::kFloat64;
  if (type >= Series::Type::kFloat32) return FloatArithmetic(op, type, left, right);
  return type == Series::Type::kBool ? BoolArithmetic(op, left, right) : IntegerArithmetic(op, type, left, right);
}

arrow::Result<Series> Compare(std::string_view op, const Series& left, const Series& right) {
  Series result = Empty(Series::Type::kBool, left, right);
  const int64_t rows = Rows(left, right);
  result.integers.resize(static_cast<size_t>(rows));
  const auto compare = [&](auto&& value) -> Status {
    const auto run = [&](auto&& function) {
      for (int64_t i = 0; i < rows; ++i)
        result.integers[static_cast<size_t>(i)] = function(value(left, i), value(right, i));
      return Status::OK();
    };
    if (op == "==") return run([](auto a, auto b) { return a == b; });
    if (op == "!=") return run([](auto a, auto b) { return a != b; });
    if (op == "<") return run([](auto a, auto b) { return a < b; });
    if (op == "<=") return run([](auto a, auto b) { return a <= b; });
    if (op == ">") return run([](auto a, auto b) { return a > b; });
    if (op == ">=") return run([](auto a, auto b) { return a >= b; });
    return Status::NotImplemented("operator ", op);
  };
  const Series::Type type = Promote(left, right);
  if (type < Series::Type::kFloat32) {
    ARROW_RETURN_NOT_OK(compare([](const Series& series, int64_t i) { return series.AsInteger(i); }));
  } else {
    ARROW_RETURN_NOT_OK(compare([&](const Series& series, int64_t i) { return Narrow(type, series.AsDouble(i)); }));
  }
  return result;
}

arrow::Result<Series> Negate(std::string_view op, const Series& operand) {
  Series result = operand;
  if (op == "+") return result;
  const bool is_bool = operand.type == Series::Type::kBool;
  if (op == "~" && is_bool && !operand.is_scalar) {
    for (int64_t& value : result.integers) value = !value;
    return result;
  }
  if (op != "-" || is_bool) return Status::NotImplemented("operator ", op, is_bool ? " on booleans" : " on numbers");
  for (int64_t& value : result.integers) value = Wrap(operand.type, -static_cast<uint64_t>(value));
  for (double& value : result.floats) value = -value;
  return result;
}

arrow::Result<Series> AsType(const Series& series, Series::Type type) {
  if (series.is_scalar) return Status::NotImplemented("astype() of a constant");
  Series result;
  result.type = type;
  for (int64_t i = 0; i < series.size(); ++i) {
    if (result.is_float()) {
      result.floats.push_back(Narrow(type, series.AsDouble(i)));
    } else if (type == Series::Type::kBool) {
      result.integers.push_back(series.AsDouble(i) != 0);
    } else if (!series.is_float()) {
      result.integers.push_back(Wrap(type, static_cast<uint64_t>(series.AsInteger(i))));
    } else {
      const double value = series.AsDouble(i);
      if (!std::isfinite(value)) {
        return Status::Invalid("IntCastingNaNError: Cannot convert non-finite values (NA or inf) to integer");
      }
      // Beyond the type's range the result differs between machines.
      const double limit = type == Series::Type::kInt32 ? 0x1p31 : 0x1p63;
      if (value >= limit || value <= -limit - 1) return Status::NotImplemented("a float beyond the integers' range");
      result.integers.push_back(static_cast<int64_t>(value));
    }
  }
  return result;
}

Series FillMissing(const Series& series, const Series& value) {
  Series result = series;
  for (double& item : result.floats) {
    if (std::isnan(item)) item = Narrow(series.type, value.AsDouble(0));
  }
  return result;
}

Series IsMissing(const Series& series, bool missing) {
  Series result;
  result.type = Series::Type::kBool;
  result.is_scalar = series.is_scalar;
  for (int64_t i = 0; i < series.size(); ++i) result.integers.push_back(std::isnan(series.AsDouble(i)) == missing);
  return result;
}

Series Round(const Series& series, int64_t decimals) {
  Series result = series;
  const double scale = Narrow(series.type, std::pow(10.0, static_cast<double>(decimals)));
  for (double& value : result.floats) {
    value = decimals == 0 ? std::nearbyint(value)
                          : Narrow(series.type, std::nearbyint(Narrow(series.type, value * scale)) / scale);
  }
  return result;
}

arrow::Result<Series> Absolute(const Series& series) {
  Series result = series;
  for (int64_t& value : result.integers) {
    if (value < 0) value = Wrap(series.type, -static_cast<uint64_t>(value));
  }
  for (double& value : result.floats) value = std::fabs(value);
  return result;
}

Series MapFloats(const Series& series, double (*function)(double)) {
  Series result;
  result.type = series.is_float() ? series.type : Series::Type::kFloat64;
  result.is_scalar = series.is_scalar;
  for (int64_t i = 0; i < series.size(); ++i)
    result.floats.push_back(Narrow(result.type, function(series.AsDouble(i))));
  return result;
}

arrow::Result<Series> Where(const Series& condition, const Series& left, const Series& right) {
  if (condition.type != Series::Type::kBool || condition.is_scalar)
    return Status::NotImplemented("np.where() on other than booleans");
  // Of two plain numbers numpy takes the wider.
  const Series::Type type = Promote(left, right);
  if (!ScalarFits(left, type) || !ScalarFits(right, type)) return Status::NotImplemented("a constant beyond 32 bits");
  Series result;
  result.type = type;
  for (int64_t i = 0; i < condition.size(); ++i) {
    const Series& chosen = condition.AsInteger(i) ? left : right;
    if (result.is_float()) {
      result.floats.push_back(Narrow(type, chosen.AsDouble(i)));
    } else {
      result.integers.push_back(chosen.AsInteger(i));
    }
  }
  return result;
}

arrow::Result<Series> Extreme(const Series& left, const Series& right, bool maximum) {
  if (left.is_scalar && right.is_scalar) return Status::NotImplemented("np.maximum() of constants");
  const Series::Type type = Promote(left, right);
  if (!ScalarFits(left, type) || !ScalarFits(right, type)) return Status::NotImplemented("a constant beyond 32 bits");
  Series result;
  result.type = type;
  for (int64_t i = 0; i < Rows(left, right); ++i) {
    if (!result.is_float()) {
      const int64_t a = left.AsInteger(i), b = right.AsInteger(i);
      result.integers.push_back(maximum ? std::max(a, b) : std::min(a, b));
      continue;
    }
    const double a = Narrow(type, left.AsDouble(i)), b = Narrow(type, right.AsDouble(i));
    result.floats.push_back(std::isnan(a) || std::isnan(b) ? kNan : maximum ? std::max(a, b) : std::min(a, b));
  }
  return result;
}

}  // namespace feast
