// YAML text to plain values, safely: no tag constructs anything, and size, depth and the growth through aliases are
// bounded.
#pragma once

#include <string_view>

#include "arrow/result.h"
#include "config/config_source.h"
#include "feast/repo_config.h"

namespace feast {

/// The one document of `text`, a mapping at its top. Plain scalars have the types of YAML 1.1, as in PyYAML, except
/// that dates and sexagesimal numbers stay text. Fills `source->lines`. FeastConfigError for anything that is no such
/// document, for a key that stands twice in a mapping, and for tags beyond YAML's own.
arrow::Result<ConfigValue::Map> ReadYaml(std::string_view text, ConfigSource* source);

/// The value of a plain (unquoted) scalar: null, bool, int64, double or text.
ConfigValue PlainScalar(const std::string& text);

}  // namespace feast
