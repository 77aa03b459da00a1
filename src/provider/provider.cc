#include "provider/provider.h"

#include <vector>

#include "feast/errors.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

constexpr ProviderDefaults kProviders[] = {
    {"local", "sqlite", "file"},
    {"gcp", "datastore", "bigquery"},
    {"aws", "dynamodb", "redshift"},
    {"azure", "sqlite", "file"},
};

}  // namespace

const ProviderDefaults& DefaultsOf(std::string_view provider) {
  for (const ProviderDefaults& defaults : kProviders) {
    if (defaults.name == provider) return defaults;
  }
  return kProviders[0];
}

arrow::Status CheckProvider(const std::string& provider) {
  if (DefaultsOf(provider).name == provider) return arrow::Status::OK();
  std::vector<std::string> names;
  for (const ProviderDefaults& defaults : kProviders) names.emplace_back(defaults.name);
  return NamedError("FeastProviderNotImplementedError",
                    "Provider '" + provider +
                        "' is not implemented: use local, gcp, aws or azure in `provider:`, or the dotted path of a "
                        "Python class of your own." +
                        DidYouMean(provider, names));
}

}  // namespace feast
