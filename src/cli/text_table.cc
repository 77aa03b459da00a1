#include "cli/text_table.h"

#include <algorithm>
#include <string_view>

namespace feast::cli {

namespace {

constexpr size_t kHeaderPadding = 2;
constexpr const char* kColumnGap = "  ";

size_t Width(std::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

void AppendLine(const std::vector<std::string>& cells, const std::vector<size_t>& widths, std::string* out) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += kColumnGap;
    line += cells[i];
    line.append(widths[i] - std::min(widths[i], Width(cells[i])), ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  *out += line + "\n";
}

}  // namespace

std::string RenderTable(const std::vector<std::string>& headers, const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  widths.reserve(headers.size());
  for (const std::string& header : headers) widths.push_back(Width(header) + kHeaderPadding);
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string out;
  AppendLine(headers, widths, &out);
  for (const auto& row : rows) AppendLine(row, widths, &out);
  return out;
}

}  // namespace feast::cli
