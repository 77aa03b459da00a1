#include "config/environment.h"

#include <cctype>
#include <cstdlib>

namespace feast {
namespace {

bool IsNameCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The name after a dollar, and how many characters of `text` it takes with its braces; 0 for no name.
size_t ReadName(std::string_view text, std::string* name) {
  if (text.starts_with('{')) {
    const size_t end = text.find('}');
    if (end == std::string_view::npos) return 0;
    *name = text.substr(1, end - 1);
    return end + 1;
  }
  size_t length = 0;
  while (length < text.size() && IsNameCharacter(text[length])) ++length;
  *name = text.substr(0, length);
  return length;
}

}  // namespace

std::string SubstituteEnvironment(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const size_t dollar = text.find('$');
    result += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar + 1);
    std::string name;
    const size_t length = ReadName(text, &name);
    if (const char* value = name.empty() ? nullptr : std::getenv(name.c_str())) {
      result += value;
    } else {
      result += '$';
      result += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace feast
