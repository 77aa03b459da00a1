// The --tags option of listings.
#pragma once

#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/types.h"

namespace feast::cli {

/// Tags from the option's values, each "key:value" or several of them separated by commas, possibly quoted or in
/// parentheses. A usage error for text without a colon.
arrow::Result<Tags> ParseTags(const std::vector<std::string>& texts);

}  // namespace feast::cli
