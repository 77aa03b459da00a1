// Environment variables in configuration text.
#pragma once

#include <string>
#include <string_view>

namespace feast {

/// `text` with $NAME and ${NAME} replaced by the environment's values; names that are not set stay as they are. A
/// value's own dollars are not looked at again.
std::string SubstituteEnvironment(std::string_view text);

}  // namespace feast
