// Workload identity federation from AWS: the proof that Google asks for.
#pragma once

#include <string>

#include "cloud/google/google_credential_file.h"

namespace feast {

/// A signed request for GetCallerIdentity, which Google sends to AWS to see who we are: the subject token of an
/// external account of the environment "aws1". `verification_url` has "{region}" in it; `audience` binds the request to
/// Google. The credentials are those that AWS's own tools would find here.
arrow::Result<std::string> AwsSubjectToken(const GoogleCredentialContext& context, std::string verification_url,
                                           const std::string& audience);

}  // namespace feast
