// Google application-default credentials, found where Google's own tools find them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "arrow/result.h"
#include "cloud/clock_text.h"
#include "cloud/refreshed.h"
#include "http/http_client.h"
#include "system/variables.h"
#include "text/secret.h"

namespace feast {

/// An OAuth 2 access token.
struct GoogleToken {
  Secret token;
  std::optional<CloudTime> expires_at;
  /// Where it came from, for messages: "the service account x@y (file ...)" ...
  std::string source;
};

/// In this order: the file in GOOGLE_APPLICATION_CREDENTIALS, the one `gcloud auth application-default login` wrote,
/// the metadata server. Files may hold a service account's key, a user's refresh token, an external account (workload
/// identity federation from a file or URL), or an impersonated service account. Thread-safe.
class GoogleCredentials {
 public:
  /// `scope` is the OAuth scope asked for, e.g. "https://www.googleapis.com/auth/cloud-platform".
  GoogleCredentials(Variables variables, std::shared_ptr<HttpClient> http, std::string scope);

  /// Invalid, naming every source tried and why it had none, when there are no credentials; IOError or Invalid when a
  /// source is configured but fails.
  arrow::Result<std::shared_ptr<const GoogleToken>> Get() { return token_.Get(); }
  void Forget() { token_.Forget(); }

 private:
  Refreshed<GoogleToken> token_;
};

}  // namespace feast
