// Credentials of AWS IAM Identity Center (SSO), by the token that `aws sso login` keeps in its cache.
#include "cloud/aws_credential_sources.h"
#include "cloud/digest.h"
#include "cloud/url.h"
#include "nlohmann/json.hpp"

namespace feast {

namespace {

/// Where the user signed in, and what the token's file is named for.
struct SignIn {
  std::string region, cache_name;
};

std::string At(const AwsSettings& settings, const char* key) {
  const auto found = settings.find(key);
  return found == settings.end() ? "" : found->second;
}

arrow::Result<SignIn> FindSignIn(const AwsProfiles& profiles, const AwsSettings& settings) {
  const std::string session = At(settings, "sso_session");
  if (session.empty()) return SignIn{At(settings, "sso_region"), At(settings, "sso_start_url")};
  const AwsSettings* section = profiles.FindSection("sso-session " + session);
  if (section == nullptr) {
    return arrow::Status::Invalid("the files have no section [sso-session ", session, "]. Run `aws configure sso`");
  }
  return SignIn{At(*section, "sso_region"), session};
}

arrow::Result<Secret> CachedToken(const Variables& variables, const SignIn& sign_in, const std::string& log_in) {
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha1(sign_in.cache_name));
  const auto text = ReadTextFile(BelowHome(variables, ".aws/sso/cache/" + Hex(digest) + ".json"));
  if (!text.ok()) return arrow::Status::Invalid("you are not signed in. ", log_in);
  const auto json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  const auto at = [&](const char* key) -> std::string {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
  };
  const auto expires_at = ParseIsoTime(at("expiresAt"));
  if (at("accessToken").empty() || !expires_at || *expires_at <= std::chrono::system_clock::now()) {
    return arrow::Status::Invalid("your sign-in has expired. ", log_in);
  }
  return Secret(at("accessToken"));
}

}  // namespace

arrow::Result<AwsCredentials> AwsSsoCredentials(const AwsCredentialContext& context, const std::string& profile,
                                                const AwsSettings& settings) {
  const std::string log_in = "Run `aws sso login --profile " + profile + "`";
  ARROW_ASSIGN_OR_RAISE(const SignIn sign_in, FindSignIn(context.profiles, settings));
  ARROW_ASSIGN_OR_RAISE(const Secret token, CachedToken(context.variables, sign_in, log_in));
  std::string endpoint = AwsEndpoint(context.variables, context.profiles, "SSO", "sso");
  if (endpoint.empty()) endpoint = "https://portal.sso." + sign_in.region + "." + AwsDomain(sign_in.region);
  HttpRequest request;
  request.url =
      endpoint + "/federation/credentials?" +
      EncodeQuery({{"role_name", At(settings, "sso_role_name")}, {"account_id", At(settings, "sso_account_id")}});
  request.headers.Set("x-amz-sso_bearer_token", token.Reveal());
  ARROW_ASSIGN_OR_RAISE(const HttpResponse response, context.http.Send(request));
  if (response.status == 401) return arrow::Status::Invalid("your sign-in is no longer accepted. ", log_in);
  if (!response.ok()) {
    return arrow::Status::IOError("SSO answered ", response.status, " for the role '", At(settings, "sso_role_name"),
                                  "' of account '", At(settings, "sso_account_id"),
                                  "'. Check sso_role_name and sso_account_id of the profile");
  }
  const auto json = nlohmann::json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  const auto role = json.is_object() ? json.find("roleCredentials") : json.end();
  if (role == json.end() || !role->is_object()) return arrow::Status::IOError("SSO's answer holds no credentials");
  const auto at = [&](const char* key) {
    return role->contains(key) && (*role)[key].is_string() ? (*role)[key].get<std::string>() : std::string();
  };
  AwsCredentials credentials{at("accessKeyId"), Secret(at("secretAccessKey")), Secret(at("sessionToken")), std::nullopt,
                             "SSO, profile '" + profile + "'"};
  if (role->contains("expiration") && (*role)["expiration"].is_number_integer()) {
    credentials.expires_at = CloudTime(std::chrono::milliseconds((*role)["expiration"].get<int64_t>()));
  }
  return credentials;
}

}  // namespace feast
