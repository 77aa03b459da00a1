// AWS credentials as every service client takes them.
#pragma once

#include <optional>
#include <string>

#include "cloud/clock_text.h"
#include "text/secret.h"

namespace feast {

struct AwsCredentials {
  std::string access_key_id;
  Secret secret_access_key;
  /// Empty for long-lived keys.
  Secret session_token;
  std::optional<CloudTime> expires_at;
  /// Where they came from, for messages: "environment variables", "profile 'dev'" ...
  std::string source;
};

}  // namespace feast
