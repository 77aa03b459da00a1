#include "cloud/google/google_credentials.h"

#include <filesystem>
#include <utility>

#include "cloud/google/google_credential_file.h"

namespace feast {

namespace {

namespace fs = std::filesystem;

fs::path WellKnownFile(const Variables& variables) {
  const std::string folder = variables("CLOUDSDK_CONFIG");
  return (folder.empty() ? BelowHome(variables, ".config/gcloud") : fs::path(folder)) /
         "application_default_credentials.json";
}

arrow::Result<GoogleToken> FromFile(const GoogleCredentialContext& context, const fs::path& path) {
  const auto json = ReadTextFile(path);
  if (!json.ok()) {
    return json.status().WithMessage(
        json.status().message(),
        ". Name a file that can be read in GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default "
        "login`");
  }
  auto token = GoogleTokenFromFile(context, *json);
  if (!token.ok()) return token.status().WithMessage(token.status().message(), ". File: ", path.string());
  token->source += " (" + path.string() + ")";
  return token;
}

arrow::Result<GoogleToken> Find(const GoogleCredentialContext& context) {
  const auto named = [](const arrow::Status& status) {
    return status.WithMessage("Google credentials: ", status.message());
  };
  if (const std::string path = context.variables("GOOGLE_APPLICATION_CREDENTIALS"); !path.empty()) {
    auto token = FromFile(context, path);
    return token.ok() ? token : named(token.status());
  }
  const fs::path well_known = WellKnownFile(context.variables);
  std::error_code ignored;
  if (fs::exists(well_known, ignored)) {
    auto token = FromFile(context, well_known);
    return token.ok() ? token : named(token.status());
  }
  auto token = GoogleTokenFromMetadataServer(context);
  if (token.ok()) return token;
  return arrow::Status::Invalid(
      "There are no Google credentials. Run `gcloud auth application-default login`, or name a credential file in "
      "GOOGLE_APPLICATION_CREDENTIALS. Tried environment: GOOGLE_APPLICATION_CREDENTIALS is not set; gcloud: there is "
      "no ",
      well_known.string(), "; metadata server: ", token.status().message());
}

}  // namespace

GoogleCredentials::GoogleCredentials(Variables variables, std::shared_ptr<HttpClient> http, std::string scope)
    : token_([variables = std::move(variables), http = std::move(http), scope = std::move(scope)] {
        return Find({variables, *http, scope});
      }) {}

}  // namespace feast
