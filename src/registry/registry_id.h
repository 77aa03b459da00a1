// Identifiers that registries carry.
#pragma once

#include <string>

namespace feast {

/// A random (version 4) UUID in its usual text form.
std::string NewUuid();

}  // namespace feast
