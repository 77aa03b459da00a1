#include "system/variables.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace feast {

const Variables& ProcessVariables() {
  static const Variables kProcess = [](const std::string& name) -> std::string {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? "" : value;
  };
  return kProcess;
}

std::pair<std::string, std::string> FirstSet(const Variables& variables, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = variables(name); !value.empty()) return {name, std::move(value)};
  }
  return {};
}

bool IsTrue(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower == "1" || lower == "true" || lower == "yes" || lower == "on";
}

std::filesystem::path BelowHome(const Variables& variables, const std::string& path) {
  return std::filesystem::path(variables("HOME")) / path;
}

std::filesystem::path ExpandHome(const Variables& variables, const std::string& path) {
  if (path == "~") return variables("HOME");
  return path.starts_with("~/") ? BelowHome(variables, path.substr(2)) : std::filesystem::path(path);
}

arrow::Result<std::string> ReadTextFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return arrow::Status::IOError("cannot read ", path.string(), ": ", std::strerror(errno));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return arrow::Status::IOError("cannot read ", path.string());
  return text;
}

std::string Trimmed(const std::string& text) {
  const char* white = " \t\r\n";
  const size_t first = text.find_first_not_of(white);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace feast
