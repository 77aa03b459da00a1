#include "cli/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace feast::cli {

bool IsTerminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

bool UseColor(std::FILE* stream) {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  return IsTerminal(stream) && (term == nullptr || std::string_view(term) != "dumb");
}

std::string Paint(std::string_view text, Color color, bool on) {
  if (!on) return std::string(text);
  const char* code = "";
  switch (color) {
    case Color::kRed:
      code = "\033[1;31m";
      break;
    case Color::kGreen:
      code = "\033[1;32m";
      break;
    case Color::kYellow:
      code = "\033[1;33m";
      break;
    case Color::kBlue:
      code = "\033[1;34m";
      break;
  }
  return code + std::string(text) + "\033[0m";
}

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace feast::cli
