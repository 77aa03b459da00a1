// JSON values as YAML for people: what `describe` prints.
#pragma once

#include <string>

#include "nlohmann/json_fwd.hpp"

namespace feast::cli {

/// Block style, keys in their order, lists not indented below their key, text of several lines as literal blocks. Text
/// that YAML would take for a number, date, boolean or null is quoted. Ends with a newline.
std::string ToYaml(const nlohmann::ordered_json& value);

}  // namespace feast::cli
