// AWS credentials, found where AWS's own tools find them.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "cloud/aws/aws_credentials.h"
#include "cloud/refreshed.h"
#include "http/http_client.h"
#include "system/variables.h"

namespace feast {

/// What the chain says where no source has credentials.
enum class WithoutCredentials : uint8_t { kError, kEmpty };

/// In this order: environment variables, web identity, the profile (keys, role, SSO, process), the container's
/// endpoint, EC2 instance metadata. Temporary credentials are fetched anew before they expire. Thread-safe.
class AwsCredentialChain {
 public:
  AwsCredentialChain(Variables variables, std::shared_ptr<HttpClient> http,
                     WithoutCredentials without = WithoutCredentials::kError);

  /// When there are no credentials, Invalid, naming every source tried and why it had none, or an empty access key;
  /// IOError or Invalid when a source is configured but fails.
  arrow::Result<std::shared_ptr<const AwsCredentials>> Get() { return credentials_.Get(); }
  /// Looks again next time; for credentials that the server calls expired.
  void Forget() { credentials_.Forget(); }

 private:
  Refreshed<AwsCredentials> credentials_;
};

/// The same, looked for once.
arrow::Result<AwsCredentials> FindAwsCredentials(const Variables& variables, HttpClient& http,
                                                 WithoutCredentials without = WithoutCredentials::kError);

}  // namespace feast
