// The places AWS credentials come from; aws_credential_chain.cc puts them in order.
#pragma once

#include <optional>
#include <string>

#include "arrow/result.h"
#include "cloud/aws/aws_credentials.h"
#include "cloud/aws/aws_profiles.h"
#include "http/http_client.h"
#include "system/variables.h"

namespace feast {

/// What a source may look at.
struct AwsCredentialContext {
  const Variables& variables;
  const AwsProfiles& profiles;
  HttpClient& http;
};

/// A source that is not configured has no credentials and says why. One that is configured and fails returns an error
/// instead, in which case no further source is asked: the user meant this one.
struct AwsCredentialAnswer {
  std::optional<AwsCredentials> credentials;
  std::string why_not;
};

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
arrow::Result<AwsCredentialAnswer> AwsEnvironmentCredentials(const AwsCredentialContext& context);
/// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, exchanged at STS (EKS service accounts, CI workflows).
arrow::Result<AwsCredentialAnswer> AwsWebIdentityCredentials(const AwsCredentialContext& context);
/// The current profile: a role assumed from other credentials, web identity, SSO, keys or a process.
arrow::Result<AwsCredentialAnswer> AwsProfileCredentials(const AwsCredentialContext& context);
/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI (ECS tasks, EKS pod identities).
arrow::Result<AwsCredentialAnswer> AwsContainerCredentials(const AwsCredentialContext& context);
/// The instance's role, by IMDSv2.
arrow::Result<AwsCredentialAnswer> AwsInstanceCredentials(const AwsCredentialContext& context);

// ---- What several of them share.

/// One exchange at STS. Keys are absent for web identity, which needs no signature.
struct AwsRoleRequest {
  std::string role_arn, session_name, external_id, duration_seconds;
  /// The device whose one-time code is asked for, and the code.
  std::string mfa_serial;
  Secret mfa_code;
  /// For AssumeRole.
  std::optional<AwsCredentials> from;
  /// For AssumeRoleWithWebIdentity.
  Secret web_identity_token;
  std::string region;
};
arrow::Result<AwsCredentials> AssumeAwsRole(const AwsCredentialContext& context, const AwsRoleRequest& request);
/// Web identity with the token in `token_file`.
arrow::Result<AwsCredentials> AssumeAwsRoleWithTokenFile(const AwsCredentialContext& context, AwsRoleRequest request,
                                                         const std::string& token_file);
/// The credentials of an SSO profile, by the token that `aws sso login` left behind.
arrow::Result<AwsCredentials> AwsSsoCredentials(const AwsCredentialContext& context, const std::string& profile,
                                                const AwsSettings& settings);
/// The region of the EC2 instance; "" when this is none.
arrow::Result<std::string> AwsInstanceRegion(const AwsCredentialContext& context);
/// From JSON as containers, instances and credential processes give it; the session token's key differs.
arrow::Result<AwsCredentials> AwsCredentialsFromJson(const std::string& json, const char* session_token_key);

/// The text of the first element of that name; "" when there is none. Enough for answers of a known shape.
std::string XmlText(const std::string& xml, const std::string& element);

/// A short wait and few attempts, for services of this machine or its neighbour.
HttpPatience MetadataPatience();

}  // namespace feast
