#include "cloud/aws/aws_credential_chain.h"

#include <string>
#include <utility>

#include "cloud/aws/aws_credential_sources.h"

namespace feast {

namespace {

struct Source {
  const char* name;
  arrow::Result<AwsCredentialAnswer> (*ask)(const AwsCredentialContext&);
};

constexpr Source kSources[] = {
    {"environment", &AwsEnvironmentCredentials}, {"web identity", &AwsWebIdentityCredentials},
    {"profile", &AwsProfileCredentials},         {"container", &AwsContainerCredentials},
    {"EC2 instance", &AwsInstanceCredentials},
};

}  // namespace

arrow::Result<AwsCredentials> FindAwsCredentials(const Variables& variables, HttpClient& http,
                                                 WithoutCredentials without) {
  auto profiles = AwsProfiles::Load(variables);
  if (!profiles.ok()) return profiles.status().WithMessage("AWS credentials: ", profiles.status().message());
  const AwsCredentialContext context{variables, *profiles, http};
  std::string tried;
  for (const Source& source : kSources) {
    auto answer = source.ask(context);
    if (!answer.ok()) {
      return answer.status().WithMessage("AWS credentials (", source.name, "): ", answer.status().message());
    }
    if (answer->credentials) return *std::move(answer->credentials);
    tried += std::string(tried.empty() ? "" : "; ") + source.name + ": " + answer->why_not;
  }
  if (without == WithoutCredentials::kEmpty) return AwsCredentials{};
  return arrow::Status::Invalid(
      "There are no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE "
      "(`aws configure` or `aws sso login` prepares one). Tried ",
      tried);
}

AwsCredentialChain::AwsCredentialChain(Variables variables, std::shared_ptr<HttpClient> http,
                                       WithoutCredentials without)
    : credentials_([variables = std::move(variables), http = std::move(http), without] {
        return FindAwsCredentials(variables, *http, without);
      }) {}

}  // namespace feast
