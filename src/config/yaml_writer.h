// Plain values to YAML text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feast/repo_config.h"

namespace feast {

/// A mapping in block style that ReadYaml(SubstituteEnvironment(text)) reads back as it was: text that YAML or the
/// environment would take for something else is quoted. Keys come in the order of `first`, then sorted.
std::string WriteYaml(const ConfigValue::Map& map, const std::vector<std::string_view>& first);

}  // namespace feast
