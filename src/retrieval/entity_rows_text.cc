// Telling queries from paths.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <system_error>

#include "feast/entity_rows.h"

namespace feast {
namespace {

/// `text` behind blanks, opening brackets and comments.
std::string_view FirstWords(std::string_view text) {
  while (!text.empty()) {
    if (std::isspace(static_cast<unsigned char>(text.front())) || text.front() == '(') {
      text.remove_prefix(1);
    } else if (text.starts_with("--")) {
      text.remove_prefix(std::min(text.find('\n'), text.size()));
    } else if (text.starts_with("/*")) {
      const size_t end = text.find("*/", 2);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    } else {
      break;
    }
  }
  return text;
}

/// Whether `text` begins with this word and something behind it that is no part of a name.
bool BeginsWith(std::string_view text, std::string_view word) {
  if (text.size() <= word.size()) return false;
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == b; };
  const char next = text[word.size()];
  return std::equal(word.begin(), word.end(), text.begin(), [&](char b, char a) { return same(a, b); }) &&
         (std::isspace(static_cast<unsigned char>(next)) || next == '*' || next == '"' || next == '(');
}

}  // namespace

EntityRows EntityRowsFromText(std::string_view text) {
  const std::string_view words = FirstWords(text);
  std::error_code ignored;
  if ((BeginsWith(words, "select") || BeginsWith(words, "with")) && !std::filesystem::exists(text, ignored)) {
    return EntityQuery{std::string(text)};
  }
  return EntityFile{std::string(text)};
}

}  // namespace feast
