// Credentials of assumed roles, in the folder where the `aws` command keeps them.
#pragma once

#include <optional>

#include "cloud/aws/aws_credential_sources.h"

namespace feast {

/// What was kept of `role` and is good for a while yet, by us or by the `aws` command.
std::optional<AwsCredentials> CachedAwsRole(const Variables& variables, const AwsRoleRequest& role);

/// Keeps `credentials` of `role` until they expire. Where that cannot be done they are asked for again.
void CacheAwsRole(const Variables& variables, const AwsRoleRequest& role, const AwsCredentials& credentials);

}  // namespace feast
