// Files with secrets in them, which other programs read too.
#pragma once

#include <filesystem>
#include <string>

#include "arrow/status.h"

namespace feast {

/// Replaces a file, and makes its folder: readers find the old text or the new one, and only the owner can be one.
/// IOError names the file, never its text.
arrow::Status WritePrivateFile(const std::filesystem::path& path, const std::string& text);

}  // namespace feast
