// One option's value: of the kind its table row names, or an error that does not show it.
#pragma once

#include <string>

#include "arrow/result.h"
#include "config/component_spec.h"
#include "config/config_source.h"
#include "feast/repo_config.h"

namespace feast {

/// `value` as an option of kind `spec.kind`: text that reads as a number or truth value is accepted for one, since
/// environment variables and quotes make such text. The errors name the option by its dotted `path`.
arrow::Result<ConfigValue> ReadOption(const OptionSpec& spec, const ConfigValue& value, const std::string& path,
                                      const ConfigSource& source);

/// The row's default; null for none.
ConfigValue DefaultOf(const OptionSpec& spec);

/// "text", "a whole number", "a list": what kind of value this is, for errors.
const char* KindOf(const ConfigValue& value);

}  // namespace feast
