// ReadPlan as text.
#include <array>
#include <cstdio>

#include "feast/retrieval_job.h"

namespace feast {
namespace {

/// "12.3 MB"; plain bytes below a thousand.
std::string Size(int64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB", "PB"};
  while (size >= 1000 && unit + 1 < kUnits.size()) {
    size /= 1000;
    ++unit;
  }
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f %s", size, kUnits[unit]);
  return text.data();
}

std::string Count(int64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string Rows(const std::optional<int64_t>& rows) { return rows ? Count(*rows, "row") : "rows not known"; }

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string ReadPlan::ToString() const {
  std::string text = Count(entity_rows, "entity row") + "\n";
  for (const View& view : views) {
    int64_t bytes = 0;
    std::optional<int64_t> rows = 0;
    for (const File& file : view.files) {
      bytes += file.bytes;
      rows = rows && file.rows ? std::optional(*rows + *file.rows) : std::nullopt;
    }
    text += "view " + view.name + ": reads " + (rows ? Rows(rows) + ", " : "") + Size(bytes) + " from " +
            Count(static_cast<int64_t>(view.files.size()), "file") + "\n";
    text += "  columns: " + Joined(view.columns) + "\n";
    for (const File& file : view.files) {
      text += "  " + file.uri + ": " + std::to_string(file.parts_read) + " of " + Count(file.parts_total, "part") +
              ", " + Rows(file.rows) + ", " + Size(file.bytes) + "\n";
    }
  }
  return text;
}

}  // namespace feast
