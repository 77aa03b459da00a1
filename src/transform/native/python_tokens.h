// Python text as tokens, in logical lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace feast::python_syntax {

struct Token {
  enum class Kind { kName, kInteger, kFloat, kString, kOperator };
  Kind kind;
  std::string text;
};

/// One logical line: brackets and backslashes continue it over line ends. Never empty.
struct Line {
  size_t indentation = 0;
  std::vector<Token> tokens;
};

/// nullopt for characters, numbers or strings beyond the subset (prefixed strings, escapes, hexadecimal, complex).
std::optional<std::vector<Line>> Tokenize(std::string_view text);

}  // namespace feast::python_syntax
