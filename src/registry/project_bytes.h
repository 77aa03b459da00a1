// One project's part of a registry's bytes.
#pragma once

#include <optional>
#include <string>

namespace feast {

/// `bytes` of a registry without the objects that lie in other projects than `project`: what is left is parsed in the
/// time that the project takes, however much the others have. Found on the wire, nothing is parsed. nullopt for bytes
/// that are not well-formed.
std::optional<std::string> BytesOfProject(const std::string& bytes, const std::string& project);

}  // namespace feast
