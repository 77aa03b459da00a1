// A configuration as it is handed over in an environment variable.
#pragma once

#include <string>
#include <string_view>

#include "arrow/result.h"

namespace feast {

/// The text behind FEATURE_STORE_YAML_BASE64 and the like; line breaks and missing padding are fine. Invalid for
/// anything else.
arrow::Result<std::string> DecodeBase64(std::string_view text);

}  // namespace feast
