// A URL as messages and documents may show it.
#pragma once

#include <string>

namespace feast {

/// What stands where a secret was left out.
inline constexpr const char* kRedacted = "********";

/// "postgresql://user:password@host" with kRedacted for the password. Text that is no URL comes back as it is.
std::string RedactedUrl(const std::string& text);

}  // namespace feast
