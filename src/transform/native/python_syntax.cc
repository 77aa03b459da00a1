#include "transform/native/python_syntax.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <initializer_list>
#include <utility>

#include "transform/native/python_tokens.h"

namespace feast::python_syntax {
namespace {

using Kind = Node::Kind;
using NodePtr = std::unique_ptr<Node>;

constexpr size_t kTextBytesMax = 64 << 10;
constexpr int kDepthMax = 100;
// Bounds the depth of a statement's tree, and so of every recursion over it.
constexpr size_t kLineTokensMax = 2000;

NodePtr MakeNode(Kind kind, std::string text = {}) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->text = std::move(text);
  return node;
}

/// Reads one logical line. Every method returns nullptr or false for what the subset does not have.
class LineParser {
 public:
  explicit LineParser(const Line& line) : tokens_(line.tokens) {}

  bool AtEnd() const { return at_ == tokens_.size(); }
  bool IsName(std::string_view text) const { return Has(Token::Kind::kName, text); }
  bool IsOperator(std::string_view text) const { return Has(Token::Kind::kOperator, text); }

  bool TakeOperator(std::string_view text) {
    if (!IsOperator(text)) return false;
    ++at_;
    return true;
  }
  bool TakeWord(std::string_view text) {
    if (!IsName(text)) return false;
    ++at_;
    return true;
  }
  std::string TakeName() {
    if (AtEnd() || tokens_[at_].kind != Token::Kind::kName) return {};
    return tokens_[at_++].text;
  }
  /// Passes over an annotation, up to one of `ends` outside brackets.
  bool SkipAnnotation(std::initializer_list<std::string_view> ends) {
    int depth = 0;
    for (; !AtEnd(); ++at_) {
      if (depth == 0 && std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return IsOperator(end); }))
        return true;
      if (IsOperator("(") || IsOperator("[")) ++depth;
      if (IsOperator(")") || IsOperator("]")) --depth;
      if (depth < 0) return false;
    }
    return false;
  }

  NodePtr Expression() {
    if (++depth_ > kDepthMax) return nullptr;
    NodePtr value = Conditional();
    --depth_;
    return value;
  }

 private:
  using Rule = NodePtr (LineParser::*)();

  bool Has(Token::Kind kind, std::string_view text) const {
    return !AtEnd() && tokens_[at_].kind == kind && tokens_[at_].text == text;
  }

  NodePtr Conditional() {
    NodePtr value = Or();
    if (!value || !TakeWord("if")) return value;
    NodePtr node = MakeNode(Kind::kConditional);
    NodePtr condition = Or();
    if (!condition || !TakeWord("else")) return nullptr;
    NodePtr otherwise = Expression();
    if (!otherwise) return nullptr;
    node->children.push_back(std::move(condition));
    node->children.push_back(std::move(value));
    node->children.push_back(std::move(otherwise));
    return node;
  }

  /// operand (op operand)*, to the left.
  NodePtr LeftAssociative(std::initializer_list<std::string_view> operators, Rule operand, bool words = false) {
    NodePtr left = (this->*operand)();
    int length = 0;
    while (left) {
      const auto op = std::find_if(operators.begin(), operators.end(), [&](std::string_view candidate) {
        return words ? TakeWord(candidate) : TakeOperator(candidate);
      });
      if (op == operators.end()) return left;
      // A chain is as deep as it is long.
      if (++length > kDepthMax) return nullptr;
      NodePtr right = (this->*operand)();
      if (!right) return nullptr;
      NodePtr node = MakeNode(Kind::kBinary, std::string(*op));
      node->children.push_back(std::move(left));
      node->children.push_back(std::move(right));
      left = std::move(node);
    }
    return nullptr;
  }

  NodePtr Or() { return LeftAssociative({"or"}, &LineParser::And, true); }
  NodePtr And() { return LeftAssociative({"and"}, &LineParser::Not, true); }

  NodePtr Not() {
    if (!TakeWord("not")) return Comparison();
    if (++depth_ > kDepthMax) return nullptr;
    NodePtr operand = Not();
    --depth_;
    return Wrapped(Kind::kUnary, "not", std::move(operand));
  }

  static NodePtr Wrapped(Kind kind, std::string text, NodePtr child) {
    if (!child) return nullptr;
    NodePtr node = MakeNode(kind, std::move(text));
    node->children.push_back(std::move(child));
    return node;
  }

  std::string TakeComparison() {
    for (const char* op : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (TakeOperator(op)) return op;
    }
    if (!TakeWord("is")) return {};
    return TakeWord("not") ? "is not" : "is";
  }

  NodePtr Comparison() {
    NodePtr left = BitOr();
    if (!left) return nullptr;
    std::string op = TakeComparison();
    if (op.empty()) return left;
    NodePtr right = BitOr();
    // a < b < c means something else than its tree would.
    if (!right || !TakeComparison().empty()) return nullptr;
    NodePtr node = Wrapped(Kind::kCompare, std::move(op), std::move(left));
    node->children.push_back(std::move(right));
    return node;
  }

  NodePtr BitOr() { return LeftAssociative({"|"}, &LineParser::BitXor); }
  NodePtr BitXor() { return LeftAssociative({"^"}, &LineParser::BitAnd); }
  NodePtr BitAnd() { return LeftAssociative({"&"}, &LineParser::Sum); }
  NodePtr Sum() { return LeftAssociative({"+", "-"}, &LineParser::Product); }
  NodePtr Product() { return LeftAssociative({"*", "//", "/", "%"}, &LineParser::Unary); }

  NodePtr Unary() {
    for (const char* op : {"-", "+", "~"}) {
      if (!TakeOperator(op)) continue;
      if (++depth_ > kDepthMax) return nullptr;
      NodePtr operand = Unary();
      --depth_;
      return Wrapped(Kind::kUnary, op, std::move(operand));
    }
    return Power();
  }

  NodePtr Power() {
    NodePtr base = Postfix();
    if (!base || !TakeOperator("**")) return base;
    if (++depth_ > kDepthMax) return nullptr;
    NodePtr exponent = Unary();
    --depth_;
    if (!exponent) return nullptr;
    NodePtr node = Wrapped(Kind::kBinary, "**", std::move(base));
    node->children.push_back(std::move(exponent));
    return node;
  }

  NodePtr Postfix() {
    NodePtr value = Atom();
    for (int length = 0; value; ++length) {
      if (length > kDepthMax) return nullptr;
      if (TakeOperator(".")) {
        std::string attribute = TakeName();
        if (attribute.empty()) return nullptr;
        value = Wrapped(Kind::kAttribute, std::move(attribute), std::move(value));
      } else if (TakeOperator("[")) {
        NodePtr key = Expression();
        if (!key || !TakeOperator("]")) return nullptr;
        value = Wrapped(Kind::kSubscript, {}, std::move(value));
        value->children.push_back(std::move(key));
      } else if (TakeOperator("(")) {
        value = Wrapped(Kind::kCall, {}, std::move(value));
        if (!Arguments(value.get())) return nullptr;
      } else {
        return value;
      }
    }
    return nullptr;
  }

  bool Arguments(Node* call) {
    while (!TakeOperator(")")) {
      if (at_ + 1 < tokens_.size() && tokens_[at_].kind == Token::Kind::kName && tokens_[at_ + 1].text == "=" &&
          tokens_[at_ + 1].kind == Token::Kind::kOperator) {
        call->keywords.push_back(TakeName());
        ++at_;
      } else if (!call->keywords.empty()) {
        return false;
      }
      NodePtr argument = Expression();
      if (!argument) return false;
      call->children.push_back(std::move(argument));
      if (!TakeOperator(",") && !IsOperator(")")) return false;
    }
    return true;
  }

  NodePtr Atom() {
    if (AtEnd()) return nullptr;
    if (TakeOperator("(")) {
      NodePtr value = Expression();
      return value && TakeOperator(")") ? std::move(value) : nullptr;
    }
    if (TakeOperator("[")) return ListOrComprehension();
    if (TakeOperator("{")) return Dict();
    const Token& token = tokens_[at_];
    switch (token.kind) {
      case Token::Kind::kInteger:
      case Token::Kind::kFloat:
        ++at_;
        return Number(token);
      case Token::Kind::kString:
        ++at_;
        return MakeNode(Kind::kString, token.text);
      case Token::Kind::kName:
        ++at_;
        return IsReserved(token.text) ? nullptr : MakeNode(Kind::kName, token.text);
      default:
        return nullptr;
    }
  }

  static bool IsReserved(std::string_view name) {
    static constexpr std::array kReserved = {
        "and",  "as",     "assert", "async",  "await",  "break", "class",  "continue", "def",     "del",     "elif",
        "else", "except", "for",    "from",   "global", "if",    "import", "in",       "is",      "lambda",  "not",
        "or",   "pass",   "raise",  "return", "try",    "with",  "while",  "yield",    "finally", "nonlocal"};
    return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
  }

  static NodePtr Number(const Token& token) {
    NodePtr node = MakeNode(token.kind == Token::Kind::kInteger ? Kind::kInteger : Kind::kFloat);
    errno = 0;
    if (token.kind == Token::Kind::kInteger) {
      node->integer = std::strtoll(token.text.c_str(), nullptr, 10);
      if (errno == ERANGE) return nullptr;
    } else {
      node->number = std::strtod(token.text.c_str(), nullptr);
    }
    return node;
  }

  NodePtr ListOrComprehension() {
    NodePtr node = MakeNode(Kind::kList);
    while (!TakeOperator("]")) {
      NodePtr element = Expression();
      if (!element) return nullptr;
      node->children.push_back(std::move(element));
      if (node->children.size() == 1 && TakeWord("for")) return Comprehension(std::move(node));
      if (!TakeOperator(",") && !IsOperator("]")) return nullptr;
    }
    return node;
  }

  NodePtr Comprehension(NodePtr node) {
    node->kind = Kind::kComprehension;
    const bool bracketed = TakeOperator("(");
    do {
      std::string name = TakeName();
      if (name.empty() || IsReserved(name)) return nullptr;
      node->keywords.push_back(std::move(name));
    } while (TakeOperator(","));
    if (bracketed && !TakeOperator(")")) return nullptr;
    if (!TakeWord("in")) return nullptr;
    NodePtr iterable = Or();
    if (!iterable || !TakeOperator("]")) return nullptr;
    node->children.push_back(std::move(iterable));
    return node;
  }

  NodePtr Dict() {
    NodePtr node = MakeNode(Kind::kDict);
    while (!TakeOperator("}")) {
      NodePtr key = Expression();
      if (!key || !TakeOperator(":")) return nullptr;
      NodePtr value = Expression();
      if (!value) return nullptr;
      node->children.push_back(std::move(key));
      node->children.push_back(std::move(value));
      if (!TakeOperator(",") && !IsOperator("}")) return nullptr;
    }
    return node;
  }

  const std::vector<Token>& tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

/// import numpy as np, import pandas as pd, import math: names that mean the same without the import.
bool IsHarmlessImport(const Line& line) {
  std::string text;
  for (const Token& token : line.tokens) text += (text.empty() ? "" : " ") + token.text;
  return text == "import numpy as np" || text == "import pandas as pd" || text == "import math";
}

/// A decorator that leaves the function as it is: the one that makes it a view, or staticmethod. What another one makes
/// of it is not known here.
bool IsHarmlessDecorator(const Line& line) {
  const std::vector<Token>& tokens = line.tokens;
  if (tokens.size() == 2) return tokens[1].text == "staticmethod";
  static constexpr std::array kArgumentsOfViews = {"sources", "schema", "inputs", "features"};
  size_t at = 1;
  while (at + 2 < tokens.size() && tokens[at + 1].text == ".") at += 2;
  if (at + 1 >= tokens.size() || tokens[at + 1].text != "(") return false;
  if (tokens[at].text.ends_with("feature_view")) return true;
  for (; at + 1 < tokens.size(); ++at) {
    if (tokens[at + 1].text == "=" && std::count(kArgumentsOfViews.begin(), kArgumentsOfViews.end(), tokens[at].text))
      return true;
  }
  return false;
}

bool ParseHeader(const Line& line, Function* function) {
  LineParser parser(line);
  if (!parser.TakeWord("def")) return false;
  function->name = parser.TakeName();
  if (function->name.empty() || !parser.TakeOperator("(")) return false;
  function->parameter = parser.TakeName();
  if (function->parameter.empty()) return false;
  if (parser.TakeOperator(":") && !parser.SkipAnnotation({",", ")", "="})) return false;
  parser.TakeOperator(",");
  if (!parser.TakeOperator(")")) return false;
  if (parser.TakeOperator("->") && !parser.SkipAnnotation({":"})) return false;
  return parser.TakeOperator(":") && parser.AtEnd();
}

void AddStrings(const Node& node, std::set<std::string>* strings) {
  if (node.Is(Kind::kString)) strings->insert(node.text);
  for (const NodePtr& child : node.children) AddStrings(*child, strings);
}

std::optional<Statement> ParseStatement(const Line& line) {
  if (line.tokens.size() > kLineTokensMax) return std::nullopt;
  LineParser parser(line);
  Statement statement;
  if (parser.TakeWord("return")) {
    statement.kind = Statement::Kind::kReturn;
  } else {
    statement.kind = Statement::Kind::kAssign;
    statement.target = parser.Expression();
    if (!statement.target) return std::nullopt;
    if (!statement.target->Is(Kind::kName) && !statement.target->Is(Kind::kSubscript)) return std::nullopt;
    if (parser.TakeOperator(":") && !parser.SkipAnnotation({"="})) return std::nullopt;
    if (!parser.TakeOperator("=")) return std::nullopt;
  }
  statement.value = parser.Expression();
  if (!statement.value || !parser.AtEnd()) return std::nullopt;
  return statement;
}

}  // namespace

std::optional<Function> ParseFunction(std::string_view text) {
  if (text.size() > kTextBytesMax) return std::nullopt;
  const std::optional<std::vector<Line>> lines = Tokenize(text);
  if (!lines) return std::nullopt;
  size_t at = 0;
  while (at < lines->size() && (*lines)[at].tokens[0].text == "@") {
    if (!IsHarmlessDecorator((*lines)[at++])) return std::nullopt;
  }
  Function function;
  if (at == lines->size() || !ParseHeader((*lines)[at], &function)) return std::nullopt;
  const size_t header_indentation = (*lines)[at].indentation;
  for (size_t first = ++at; at < lines->size(); ++at) {
    const Line& line = (*lines)[at];
    if (line.indentation <= header_indentation || line.indentation != (*lines)[first].indentation) return std::nullopt;
    const bool is_docstring = at == first && line.tokens.size() == 1 && line.tokens[0].kind == Token::Kind::kString;
    if (is_docstring || IsHarmlessImport(line)) continue;
    std::optional<Statement> statement = ParseStatement(line);
    if (!statement) return std::nullopt;
    function.body.push_back(std::move(*statement));
    if (function.body.back().kind == Statement::Kind::kReturn) {
      return at + 1 == lines->size() ? std::optional(std::move(function)) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::set<std::string> Strings(const Function& function) {
  std::set<std::string> strings;
  for (const Statement& statement : function.body) {
    if (statement.target) AddStrings(*statement.target, &strings);
    AddStrings(*statement.value, &strings);
  }
  return strings;
}

}  // namespace feast::python_syntax
