#include "feast/repo_config.h"

namespace feast {

// Here rather than in the header: a variant's members are slow to compile.
ConfigValue::ConfigValue() = default;
ConfigValue::ConfigValue(Variant value) : value_(std::move(value)) {}
ConfigValue::ConfigValue(const ConfigValue&) = default;
ConfigValue::ConfigValue(ConfigValue&&) noexcept = default;
ConfigValue& ConfigValue::operator=(const ConfigValue&) = default;
ConfigValue& ConfigValue::operator=(ConfigValue&&) noexcept = default;
ConfigValue::~ConfigValue() = default;
bool ConfigValue::operator==(const ConfigValue&) const = default;

}  // namespace feast
