// Credential files as Google's tools write them: one function for each `type`.
#pragma once

#include <string>

#include "arrow/result.h"
#include "cloud/google/google_credentials.h"

namespace feast {

/// What a file's kind may use.
struct GoogleCredentialContext {
  const Variables& variables;
  HttpClient& http;
  const std::string& scope;
};

/// The token that the JSON of a credential file leads to. Errors say what is wrong; the caller names the file.
arrow::Result<GoogleToken> GoogleTokenFromFile(const GoogleCredentialContext& context, const std::string& json);

/// The token of the machine's own service account.
arrow::Result<GoogleToken> GoogleTokenFromMetadataServer(const GoogleCredentialContext& context);

}  // namespace feast
