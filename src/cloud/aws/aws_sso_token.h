// The token that `aws sso login` keeps in its cache, renewed when it runs out.
#pragma once

#include <string>

#include "cloud/aws/aws_credential_sources.h"

namespace feast {

/// Where the user signed in.
struct AwsSsoSignIn {
  std::string region;
  /// What the token's file is named for: the sso-session, or the start URL of profiles without one.
  std::string cache_name;
};

/// The cached access token. One that is about to expire is exchanged for a new one by its refresh token, as the `aws`
/// command does, and written back for that. Invalid, saying to `log_in`, when there is none that is good and none can
/// be had.
arrow::Result<Secret> AwsSsoToken(const AwsCredentialContext& context, const AwsSsoSignIn& sign_in,
                                  const std::string& log_in);

}  // namespace feast
