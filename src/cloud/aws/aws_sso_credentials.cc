// Credentials of AWS IAM Identity Center (SSO), by the token that `aws sso login` keeps in its cache.
#include "cloud/aws/aws_credential_sources.h"
#include "cloud/aws/aws_sso_token.h"
#include "http/url.h"
#include "nlohmann/json.hpp"
#include "text/json_text.h"

namespace feast {

namespace {

std::string At(const AwsSettings& settings, const char* key) {
  const auto found = settings.find(key);
  return found == settings.end() ? "" : found->second;
}

arrow::Result<AwsSsoSignIn> FindSignIn(const AwsProfiles& profiles, const AwsSettings& settings) {
  const std::string session = At(settings, "sso_session");
  if (session.empty()) return AwsSsoSignIn{At(settings, "sso_region"), At(settings, "sso_start_url")};
  const AwsSettings* section = profiles.FindSection("sso-session " + session);
  if (section == nullptr) {
    return arrow::Status::Invalid("the files have no section [sso-session ", session, "]. Run `aws configure sso`");
  }
  return AwsSsoSignIn{At(*section, "sso_region"), session};
}

}  // namespace

arrow::Result<AwsCredentials> AwsSsoCredentials(const AwsCredentialContext& context, const std::string& profile,
                                                const AwsSettings& settings) {
  const std::string log_in = "Run `aws sso login --profile " + profile + "`";
  ARROW_ASSIGN_OR_RAISE(const AwsSsoSignIn sign_in, FindSignIn(context.profiles, settings));
  ARROW_ASSIGN_OR_RAISE(const Secret token, AwsSsoToken(context, sign_in, log_in));
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
  const auto json = ParseJson(response.body);
  const auto role = json.is_object() ? json.find("roleCredentials") : json.end();
  if (role == json.end() || !role->is_object()) return arrow::Status::IOError("SSO's answer holds no credentials");
  const auto at = [&](const char* key) {
    return role->contains(key) && (*role)[key].is_string() ? (*role)[key].get<std::string>() : std::string();
  };
  AwsCredentials credentials{at("accessKeyId"), Secret(at("secretAccessKey")), Secret(at("sessionToken")), std::nullopt,
                             "SSO, profile '" + profile + "'"};
  const auto expiration = role->contains("expiration") ? WholeNumber((*role)["expiration"]) : std::nullopt;
  // In nanoseconds, as clocks count, any of a year beyond 2262 is too many.
  constexpr int64_t kMillisecondsMax =
      std::chrono::floor<std::chrono::milliseconds>(CloudTime::duration::max()).count();
  if (expiration && *expiration >= 0 && *expiration <= kMillisecondsMax) {
    credentials.expires_at = CloudTime(std::chrono::milliseconds(*expiration));
  }
  return credentials;
}

}  // namespace feast
