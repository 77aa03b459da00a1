#include <type_traits>

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
bool ConfigValue::operator==(const ConfigValue& other) const {
  // Not std::variant's own comparison, which clang 14, the fuzzers' compiler, does not survive for a type in itself.
  return value_.index() == other.value_.index() &&
         std::visit([&other](const auto& mine) { return mine == std::get<std::decay_t<decltype(mine)>>(other.value_); },
                    value_);
}

}  // namespace feast
