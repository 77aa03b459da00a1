// A registry message to bytes, so that whoever else shares the file finds untouched objects exactly as they were.
#pragma once

#include <string>

#include "feast/core/Registry.pb.h"

namespace feast {

/// The bytes of `registry`. Map entries are sorted, so equal registries give equal bytes, except that an object equal
/// to one in `original_bytes` (the registry it was edited from; may be empty) keeps the very bytes it had there.
std::string EncodeRegistry(const core::Registry& registry, const std::string& original_bytes);

}  // namespace feast
