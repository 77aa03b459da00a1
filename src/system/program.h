// Other programs that this one needs, such as git.
#pragma once

#include <string>
#include <vector>

#include "arrow/result.h"

namespace feast {

/// Runs a program found on PATH, without a shell, and gives what it wrote to standard output. IOError with what it
/// wrote to standard error when it ends with another code than 0, or is not there.
arrow::Result<std::string> RunProgram(const std::vector<std::string>& arguments);

}  // namespace feast
