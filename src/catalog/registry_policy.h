// What to tell the cloud so that only some may write the registry of a configuration.
#pragma once

#include <string>

#include "arrow/result.h"
#include "feast/repo_config.h"
#include "registry/access_policy.h"

namespace feast {

enum class PolicyForm {
  /// The policy itself.
  kJson,
  /// gs:// only: commands that add to the policy that there is.
  kGcloudCommands,
};

/// Invalid for a registry that is not on s3:// or gs://, for a form that its place does not have, and for what cannot
/// be a principal there.
arrow::Result<std::string> RegistryPolicy(const RegistryConfig& registry, const AccessGrants& grants, PolicyForm form);

}  // namespace feast
