#include "cli/tags_option.h"

#include <algorithm>
#include <string_view>

#include "cli/command_line.h"

namespace feast::cli {

namespace {

std::string Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\n") - first + 1));
}

std::string WithoutQuotes(std::string_view text) {
  std::string out = Trim(text);
  while (!out.empty() && (out.front() == '(' || out.front() == ')')) out.erase(0, 1);
  while (!out.empty() && (out.back() == '(' || out.back() == ')')) out.pop_back();
  std::erase_if(out, [](char c) { return c == '"' || c == '\''; });
  return out;
}

}  // namespace

arrow::Result<Tags> ParseTags(const std::vector<std::string>& texts) {
  Tags tags;
  for (const std::string& text : texts) {
    const std::string list = WithoutQuotes(text);
    for (size_t start = 0; start < list.size();) {
      const size_t end = std::min(list.find(',', start), list.size());
      const std::string tag = Trim(std::string_view(list).substr(start, end - start));
      start = end + 1;
      if (tag.empty()) continue;
      const size_t colon = tag.find(':');
      if (colon == std::string::npos || colon == 0) {
        return UsageError("--tags: '" + tag + "' is not of the form key:value.");
      }
      tags[Trim(tag.substr(0, colon))] = Trim(tag.substr(colon + 1));
    }
  }
  return tags;
}

}  // namespace feast::cli
