// Blocks of a configuration checked against the tables of component_spec.h.
#pragma once

#include <string>

#include "arrow/result.h"
#include "config/component_spec.h"
#include "config/config_source.h"
#include "feast/repo_config.h"

namespace feast {

/// Whether the user wrote the block. One that is implied by the provider may lack required options: a project that
/// never uses the store should not have to configure it.
enum class Written : uint8_t { kYes, kImplied };

/// Reads a block: a bare type name, or a mapping with `type` (default: `default_type`) and that type's options. The
/// result has the type's defaults filled in and aliases replaced. `value` null stands for an empty mapping.
arrow::Result<ComponentConfig> ReadComponent(const ComponentKind& kind, const ConfigValue& value,
                                             std::string_view default_type, Written written,
                                             const ConfigSource& source);

/// Checks `options` (standing at the dotted `path`) against one type's table, fills in defaults and replaces aliases.
arrow::Status CheckOptions(const ComponentSpec& spec, const std::string& path, Written written,
                           const ConfigSource& source, ConfigValue::Map* options);

/// The type called `name`; nullptr for none.
const ComponentSpec* FindType(const ComponentKind& kind, std::string_view name);
std::vector<std::string> TypeNames(const ComponentKind& kind);

/// True for options whose values must not be shown. `custom` types have no table: their options' names decide.
bool IsSecretOption(const ComponentSpec* spec, const std::string& key);

}  // namespace feast
