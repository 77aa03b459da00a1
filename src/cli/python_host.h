// The same command inside the environment's Python, for feature repos that name Python classes of their own.
#pragma once

#include <string>
#include <vector>

#include "arrow/status.h"

namespace feast::cli {

/// Replaces this process by Python running the same command line (module feast._command). Returns only when that fails.
arrow::Status ContinueInPython(const std::vector<std::string>& arguments);

}  // namespace feast::cli
