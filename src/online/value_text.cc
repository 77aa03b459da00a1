#include "online/value_text.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "feast/types/Value.pb.h"

namespace feast {

namespace {

ValueText NumberText(double number) { return {PythonFloat(number), number}; }

}  // namespace

std::string PythonFloat(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::scientific).ptr;
  const std::string scientific(buffer, end);
  const size_t mark = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + mark + 1);
  // Python's bounds.
  if (exponent < -4 || exponent >= 16) return scientific;
  const auto fixed = std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::fixed).ptr;
  std::string text(buffer, fixed);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

ValueText ValueTextOf(std::string_view bytes) {
  types::Value value;
  if (!value.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return {};
  switch (value.val_case()) {
    case types::Value::kStringVal:
      return {value.string_val(), std::nullopt};
    case types::Value::kInt32Val:
      return {std::to_string(value.int32_val()), value.int32_val()};
    case types::Value::kInt64Val:
      return {std::to_string(value.int64_val()), static_cast<double>(value.int64_val())};
    case types::Value::kFloatVal:
      return NumberText(value.float_val());
    case types::Value::kDoubleVal:
      return NumberText(value.double_val());
    case types::Value::kBoolVal:
      return {value.bool_val() ? "True" : "False", value.bool_val() ? 1.0 : 0.0};
    default:
      return {};
  }
}

}  // namespace feast
