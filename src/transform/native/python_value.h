// Single Python values and their arithmetic: None, bool, int (of 64 bits) and float.
#pragma once

#include <cstdint>
#include <string_view>

#include "arrow/result.h"

namespace feast {

struct PythonValue {
  enum class Kind : uint8_t { kNone, kBool, kInteger, kFloat };
  Kind kind = Kind::kNone;
  /// Of booleans and integers.
  int64_t integer = 0;
  double number = 0;

  static PythonValue Bool(bool value) { return {Kind::kBool, value, 0}; }
  static PythonValue Integer(int64_t value) { return {Kind::kInteger, value, 0}; }
  static PythonValue Float(double value) { return {Kind::kFloat, 0, value}; }

  bool is_none() const { return kind == Kind::kNone; }
  bool is_float() const { return kind == Kind::kFloat; }
  double AsDouble() const { return is_float() ? number : static_cast<double>(integer); }
  /// Truth, as `if` takes it.
  bool IsTrue() const { return is_float() ? number != 0 : integer != 0; }
};

/// + - * / // % **. What Python raises is Invalid with Python's words; NotImplemented for results beyond 64 bits and
/// complex ones.
arrow::Result<PythonValue> PythonArithmetic(std::string_view op, const PythonValue& left, const PythonValue& right);
/// == != < <= > >= is, is not (of None)
arrow::Result<PythonValue> PythonCompare(std::string_view op, const PythonValue& left, const PythonValue& right);

}  // namespace feast
