// Values as the text and the number that Feast's SQL stores keep beside the bytes, for searching.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace feast {

struct ValueText {
  /// As Python's str() writes single texts, numbers and truth values; unset for every other value.
  std::optional<std::string> text;
  /// Of numbers and truth values.
  std::optional<double> number;
};

/// Of a serialized feast.types.Value; nothing for bytes that are none.
ValueText ValueTextOf(std::string_view bytes);

/// A number as Python's repr() writes it: 0.5, 1.0, 1e+300, nan.
std::string PythonFloat(double number);

}  // namespace feast
