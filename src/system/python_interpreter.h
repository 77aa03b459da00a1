// Which Python a program without one in it starts.
#pragma once

#include <filesystem>

#include "arrow/result.h"

namespace feast {

/// The interpreter to use, as an absolute path: FEAST_PYTHON, else the running program if it is a Python, else the
/// `python` beside it, else that of $VIRTUAL_ENV, else the first `python3` or `python` on PATH. Invalid when
/// FEAST_PYTHON names none or there is none at all.
arrow::Result<std::filesystem::path> FindPython();

}  // namespace feast
