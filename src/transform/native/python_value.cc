#include "transform/native/python_value.h"

#include <cmath>

namespace feast {
namespace {

using arrow::Status;

Status TypeError(std::string_view op) {
  return Status::Invalid("TypeError: unsupported operand type(s) for ", op,
                         ": a value is None; say what to do with missing values");
}

Status ZeroDivision() { return Status::Invalid("ZeroDivisionError: division by zero"); }

arrow::Result<PythonValue> FloatArithmetic(std::string_view op, double a, double b) {
  if (op == "+") return PythonValue::Float(a + b);
  if (op == "-") return PythonValue::Float(a - b);
  if (op == "*") return PythonValue::Float(a * b);
  if (op == "**") {
    if (a == 0 && b < 0) return Status::Invalid("ZeroDivisionError: 0.0 cannot be raised to a negative power");
    if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b))
      return Status::NotImplemented("complex numbers");
    const double power = std::pow(a, b);
    if (std::isinf(power) && std::isfinite(a) && std::isfinite(b)) {
      return Status::Invalid("OverflowError: Numerical result out of range");
    }
    return PythonValue::Float(power);
  }
  if (b == 0) return ZeroDivision();
  if (op == "/") return PythonValue::Float(a / b);
  double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder == 0) {
    remainder = std::copysign(0.0, b);
  } else if ((b < 0) != (remainder < 0)) {
    remainder += b;
    quotient -= 1;
  }
  if (op == "%") return PythonValue::Float(remainder);
  if (quotient == 0) return PythonValue::Float(std::copysign(0.0, a / b));
  double floor = std::floor(quotient);
  if (quotient - floor > 0.5) floor += 1;
  return PythonValue::Float(floor);
}

arrow::Result<PythonValue> IntegerPower(int64_t base, int64_t exponent) {
  if (exponent < 0) return FloatArithmetic("**", static_cast<double>(base), static_cast<double>(exponent));
  int64_t result = 1;
  bool overflow = false;
  if (base == 0 || base == 1 || base == -1) exponent = exponent > 1 ? 2 - exponent % 2 : exponent;
  for (; exponent > 0 && !overflow; --exponent) overflow = __builtin_mul_overflow(result, base, &result);
  if (overflow) return Status::NotImplemented("integers beyond 64 bits");
  return PythonValue::Integer(result);
}

arrow::Result<PythonValue> IntegerArithmetic(std::string_view op, int64_t a, int64_t b) {
  int64_t value = 0;
  bool overflow = false;
  if (op == "+") {
    overflow = __builtin_add_overflow(a, b, &value);
  } else if (op == "-") {
    overflow = __builtin_sub_overflow(a, b, &value);
  } else if (op == "*") {
    overflow = __builtin_mul_overflow(a, b, &value);
  } else if (op == "**") {
    return IntegerPower(a, b);
  } else {
    if (b == 0) return ZeroDivision();
    if (op == "/") return PythonValue::Float(static_cast<double>(a) / static_cast<double>(b));
    if (b == -1) {
      if (op == "%") return PythonValue::Integer(0);
      overflow = __builtin_sub_overflow(int64_t{0}, a, &value);
    } else {
      const bool correct = a % b != 0 && (a % b < 0) != (b < 0);
      value = op == "%" ? a % b + (correct ? b : 0) : a / b - correct;
    }
  }
  if (overflow) return Status::NotImplemented("integers beyond 64 bits");
  return PythonValue::Integer(value);
}

template <typename T>
bool Ordered(std::string_view op, T a, T b) {
  if (op == "==") return a == b;
  if (op == "!=") return a != b;
  if (op == "<") return a < b;
  if (op == "<=") return a <= b;
  if (op == ">") return a > b;
  return a >= b;
}

}  // namespace

arrow::Result<PythonValue> PythonArithmetic(std::string_view op, const PythonValue& left, const PythonValue& right) {
  if (left.is_none() || right.is_none()) return TypeError(op);
  if (left.is_float() || right.is_float()) return FloatArithmetic(op, left.AsDouble(), right.AsDouble());
  return IntegerArithmetic(op, left.integer, right.integer);
}

arrow::Result<PythonValue> PythonCompare(std::string_view op, const PythonValue& left, const PythonValue& right) {
  const bool none = left.is_none() || right.is_none();
  if (op == "is" || op == "is not") return PythonValue::Bool((left.is_none() && right.is_none()) == (op == "is"));
  if (none && (op == "==" || op == "!=")) return PythonValue::Bool((left.is_none() && right.is_none()) == (op == "=="));
  if (none) return TypeError(op);
  if (left.is_float() || right.is_float()) return PythonValue::Bool(Ordered(op, left.AsDouble(), right.AsDouble()));
  return PythonValue::Bool(Ordered(op, left.integer, right.integer));
}

}  // namespace feast
