// Files that commands read and write in one go.
#pragma once

#include <string>

#include "arrow/result.h"

namespace feast::cli {

/// IOError, naming the file and the reason.
arrow::Result<std::string> ReadWholeFile(const std::string& path);
arrow::Status WriteWholeFile(const std::string& path, const std::string& bytes);
arrow::Status AppendToFile(const std::string& path, const std::string& bytes);

}  // namespace feast::cli
