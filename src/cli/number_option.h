// Options that are whole numbers.
#pragma once

#include <cstdint>
#include <string>

#include "arrow/result.h"

namespace feast::cli {

/// The number that was given to `option`; a usage error unless it is one in [first, last].
arrow::Result<int64_t> NumberOption(const std::string& text, const char* option, int64_t first, int64_t last);

}  // namespace feast::cli
