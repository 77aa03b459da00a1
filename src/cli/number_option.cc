#include "cli/number_option.h"

#include <charconv>

#include "cli/command_line.h"

namespace feast::cli {

arrow::Result<int64_t> NumberOption(const std::string& text, const char* option, int64_t first, int64_t last) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= first && number <= last) return number;
  return UsageError(std::string(option) + " must be a whole number from " + std::to_string(first) + " to " +
                    std::to_string(last) + ", not '" + text + "'.");
}

}  // namespace feast::cli
