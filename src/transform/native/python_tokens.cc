#include "transform/native/python_tokens.h"

#include <array>
#include <cctype>

namespace feast::python_syntax {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool StartsName(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool ContinuesName(char c) { return StartsName(c) || IsDigit(c); }

// Longest first.
constexpr std::array kOperators = {"**=", "//=", "->", "**", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=",
                                   "%=",  "&=",  "|=", "^=", "+",  "-",  "*",  "/",  "%",  "<",  ">",  "=",  "(",
                                   ")",   "[",   "]",  "{",  "}",  ",",  ":",  ".",  "&",  "|",  "^",  "~",  "@"};

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  std::optional<std::vector<Line>> Run() {
    while (at_ < text_.size()) {
      if (!ReadLine()) return std::nullopt;
    }
    if (depth_ != 0) return std::nullopt;
    return std::move(lines_);
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  bool ReadLine() {
    Line line;
    while (Peek() == ' ') {
      ++line.indentation;
      ++at_;
    }
    // Tabs would need Python's rules for mixing them with blanks.
    if (Peek() == '\t') return false;
    while (at_ < text_.size()) {
      const char c = Peek();
      if (c == '\n') {
        ++at_;
        if (depth_ == 0) break;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
      } else if (c == '\\' && Peek(1) == '\n') {
        at_ += 2;
      } else if (c == '#') {
        while (at_ < text_.size() && Peek() != '\n') ++at_;
      } else if (!ReadToken(&line.tokens)) {
        return false;
      }
    }
    if (!line.tokens.empty()) lines_.push_back(std::move(line));
    return true;
  }

  bool ReadToken(std::vector<Token>* tokens) {
    const char c = Peek();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return ReadNumber(tokens);
    if (c == '"' || c == '\'') return ReadString(tokens);
    if (StartsName(c)) {
      const size_t start = at_;
      while (ContinuesName(Peek())) ++at_;
      // A string's prefix (f"", r""): its content is not plain text.
      if (Peek() == '"' || Peek() == '\'') return false;
      tokens->push_back({Token::Kind::kName, std::string(text_.substr(start, at_ - start))});
      return true;
    }
    for (const std::string_view op : kOperators) {
      if (text_.substr(at_, op.size()) != op) continue;
      at_ += op.size();
      if (op == "(" || op == "[" || op == "{") ++depth_;
      if ((op == ")" || op == "]" || op == "}") && --depth_ < 0) return false;
      tokens->push_back({Token::Kind::kOperator, std::string(op)});
      return true;
    }
    return false;
  }

  bool ReadNumber(std::vector<Token>* tokens) {
    std::string digits;
    bool is_float = false;
    const auto read_digits = [&] {
      while (IsDigit(Peek()) || (Peek() == '_' && IsDigit(Peek(1)))) {
        if (Peek() != '_') digits += Peek();
        ++at_;
      }
    };
    read_digits();
    if (Peek() == '.') {
      is_float = true;
      digits += text_[at_++];
      read_digits();
    }
    if (Peek() == 'e' || Peek() == 'E') {
      is_float = true;
      digits += text_[at_++];
      if (Peek() == '+' || Peek() == '-') digits += text_[at_++];
      if (!IsDigit(Peek())) return false;
      read_digits();
    }
    if (ContinuesName(Peek())) return false;
    // Python has no integers with leading zeros.
    if (!is_float && digits.size() > 1 && digits[0] == '0') return false;
    tokens->push_back({is_float ? Token::Kind::kFloat : Token::Kind::kInteger, std::move(digits)});
    return true;
  }

  bool ReadString(std::vector<Token>* tokens) {
    const char quote = Peek();
    const bool triple = Peek(1) == quote && Peek(2) == quote;
    const std::string end(triple ? 3 : 1, quote);
    at_ += end.size();
    const size_t close = text_.find(end, at_);
    if (close == std::string_view::npos) return false;
    const std::string_view content = text_.substr(at_, close - at_);
    if (content.find('\\') != std::string_view::npos) return false;
    if (!triple && content.find('\n') != std::string_view::npos) return false;
    at_ = close + end.size();
    tokens->push_back({Token::Kind::kString, std::string(content)});
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  std::vector<Line> lines_;
};

}  // namespace

std::optional<std::vector<Line>> Tokenize(std::string_view text) { return Tokenizer(text).Run(); }

}  // namespace feast::python_syntax
