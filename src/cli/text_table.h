// Rows of text in columns, laid out as Feast's listings are.
#pragma once

#include <string>
#include <vector>

namespace feast::cli {

/// One line for the headers and one for each row: columns left-aligned, as wide as their widest cell (at least the
/// header plus two), two spaces apart, no spaces at line ends. Widths are counted in code points. Rows may be shorter
/// than the headers.
std::string RenderTable(const std::vector<std::string>& headers, const std::vector<std::vector<std::string>>& rows);

}  // namespace feast::cli
