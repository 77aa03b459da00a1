// Providers: a name that stands for a cloud, and nothing but the stores it uses when the configuration names none.
#pragma once

#include <string>
#include <string_view>

#include "arrow/status.h"

namespace feast {

/// What a provider chooses when feature_store.yaml does not.
struct ProviderDefaults {
  std::string_view name;
  std::string_view online_store;
  std::string_view offline_store;
};

/// The defaults of a provider; those of `local` for one that sets none of its own.
const ProviderDefaults& DefaultsOf(std::string_view provider);

/// OK for a built-in provider. Else FeastProviderNotImplementedError: a configuration that names another one loads, and
/// this is what using it gives.
arrow::Status CheckProvider(const std::string& provider);

}  // namespace feast
