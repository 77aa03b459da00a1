// Reads the small part of Python that simple feature functions are written in: one function whose body is a straight
// line of assignments and a return, made of arithmetic, comparisons, subscripts, calls, dict displays and list
// comprehensions.
//
// Reading only; what a name or a call may mean is decided by vector_program.cc and row_program.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace feast::python_syntax {

struct Node {
  enum class Kind {
    kInteger,
    kFloat,
    kString,
    /// None, True, False or another name, in `text`.
    kName,
    /// children: base, key.
    kSubscript,
    /// children: base; `text`: the attribute.
    kAttribute,
    /// children: function, arguments; `keywords` names the last arguments, one each.
    kCall,
    /// `text`: "-", "+", "~" or "not".
    kUnary,
    /// `text`: the operator, also "and" and "or".
    kBinary,
    /// `text`: "<", "==", …, "is", "is not".
    kCompare,
    /// children: condition, value if true, value if false.
    kConditional,
    /// children: key, value, key, value, …
    kDict,
    kList,
    /// children: element, iterable; `keywords`: the loop's names.
    kComprehension,
  };

  Kind kind;
  std::string text;
  int64_t integer = 0;
  double number = 0;
  std::vector<std::unique_ptr<Node>> children;
  std::vector<std::string> keywords;

  bool Is(Kind wanted) const { return kind == wanted; }
  bool IsName(std::string_view name) const { return kind == Kind::kName && text == name; }
  const Node& child(size_t i) const { return *children[i]; }
};

struct Statement {
  enum class Kind { kAssign, kReturn };
  Kind kind;
  /// Of an assignment: a name or a subscript.
  std::unique_ptr<Node> target;
  std::unique_ptr<Node> value;
};

struct Function {
  std::string name;
  std::string parameter;
  std::vector<Statement> body;
};

/// nullopt for everything that is not such a function. The decorator that makes it a view, annotations, a docstring and
/// imports of numpy, pandas and math under their usual names are passed over. Bounded in time and depth for any text.
std::optional<Function> ParseFunction(std::string_view text);

/// The texts of all string literals in the function's body: the names of the columns it reads and sets among them.
std::set<std::string> Strings(const Function& function);

}  // namespace feast::python_syntax
