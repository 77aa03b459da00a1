#include "offline/file/spill/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "arrow/type.h"

namespace feast {
namespace {

constexpr const char* kVariable = "FEAST_MEMORY_LIMIT";
/// Of a text, list or other value whose size is not known before it is read.
constexpr int64_t kGuessedValueBytes = 40;

std::optional<int> PowerOf1024(std::string_view unit) {
  std::string lower;
  for (const char c : unit) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower.empty() || lower == "b") return 0;
  const size_t power = std::string_view("kmgt").find(lower[0]);
  const std::string rest = lower.substr(1);
  if (power == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib")) return std::nullopt;
  return static_cast<int>(power) + 1;
}

/// The number in a file of the control groups; unset for "max" and for none.
std::optional<int64_t> ReadLimit(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  file >> text;
  const std::optional<int64_t> bytes = ParseSize(text);
  // Version 1 writes a huge number for none.
  return bytes && *bytes < (int64_t{1} << 60) ? bytes : std::nullopt;
}

}  // namespace

std::optional<int64_t> ParseSize(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // NaN is refused too, as it is not above 0.
  if (error != std::errc() || !(number > 0)) return std::nullopt;
  std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  const std::optional<int> power = PowerOf1024(unit);
  if (!power) return std::nullopt;
  for (int i = 0; i < *power; ++i) number *= 1024;
  // Out of range, the conversion below would be undefined.
  if (number < 1 || number >= 0x1p63) return std::nullopt;
  return static_cast<int64_t>(number);
}

std::optional<int64_t> ControlGroupLimit(std::string_view membership, const std::string& root) {
  std::optional<int64_t> least;
  const auto consider = [&](const std::string& file) {
    const std::optional<int64_t> bytes = ReadLimit(file);
    if (bytes) least = std::min(least.value_or(*bytes), *bytes);
  };
  std::istringstream lines{std::string(membership)};
  // "0::/path" in version 2, "5:memory:/path" in version 1.
  for (std::string line; std::getline(lines, line);) {
    const size_t second = line.find(':', line.find(':') + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(0, second);
    const bool version_2 = controllers == "0:";
    if (!version_2 && controllers.find(":memory") == std::string::npos) continue;
    const std::string folder = version_2 ? root : root + "/memory";
    const char* name = version_2 ? "/memory.max" : "/memory.limit_in_bytes";
    // Groups above limit too; in a container the path may be one of the host's, and the group mounted at the root.
    for (std::string path = line.substr(second + 1); !path.empty(); path.resize(path.rfind('/'))) {
      if (path != "/") consider(folder + path + name);
    }
    consider(folder + name);
  }
  return least;
}

arrow::Result<int64_t> MemoryLimit() {
  const char* text = std::getenv(kVariable);
  if (text != nullptr && *text != '\0') {
    if (const std::optional<int64_t> bytes = ParseSize(text)) return *bytes;
    return arrow::Status::Invalid(kVariable, " must be a size such as 2GB, 512MB or a number of bytes, not '", text,
                                  "'");
  }
  int64_t bytes = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  std::ifstream file("/proc/self/cgroup");
  const std::string membership{std::istreambuf_iterator<char>(file), {}};
  bytes = std::min(bytes, ControlGroupLimit(membership, "/sys/fs/cgroup").value_or(bytes));
  // The other half is for what is not counted: decoded pages, read-ahead, the result on its way, the rest of the
  // process.
  return bytes / 2;
}

int64_t ValueBytes(const arrow::DataType& type) {
  const auto* fixed = dynamic_cast<const arrow::FixedWidthType*>(&type);
  if (fixed == nullptr || type.id() == arrow::Type::DICTIONARY) return kGuessedValueBytes;
  return std::max(fixed->bit_width() / 8, 1);
}

}  // namespace feast
