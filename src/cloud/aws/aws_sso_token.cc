#include "cloud/aws/aws_sso_token.h"

#include <filesystem>
#include <optional>

#include "cloud/digest.h"
#include "nlohmann/json.hpp"
#include "system/private_file.h"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::json;

/// The `aws` command renews a token this long before it expires, too.
constexpr std::chrono::minutes kRenewBefore{15};

std::string At(const Json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

bool IsGoodFor(const Json& token, const char* expiry, std::chrono::minutes time) {
  const auto expires_at = ParseIsoTime(At(token, expiry));
  return expires_at && *expires_at > std::chrono::system_clock::now() + time;
}

Json ReadToken(const std::filesystem::path& path) {
  const auto text = ReadTextFile(path);
  return text.ok() ? ParseJson<Json>(*text) : Json();
}

std::string TokenUrl(const AwsCredentialContext& context, const std::string& region) {
  std::string endpoint = AwsEndpoint(context.variables, context.profiles, "SSO_OIDC", "sso_oidc");
  if (endpoint.empty()) endpoint = "https://oidc." + region + "." + AwsDomain(region);
  return endpoint + (endpoint.ends_with('/') ? "token" : "/token");
}

/// `token` with what the service gave for its refresh token; nothing when it cannot be renewed.
std::optional<Json> Renewed(const AwsCredentialContext& context, const std::string& region, Json token) {
  for (const char* key : {"refreshToken", "clientId", "clientSecret"}) {
    if (At(token, key).empty()) return std::nullopt;
  }
  if (!IsGoodFor(token, "registrationExpiresAt", std::chrono::minutes(0))) return std::nullopt;
  HttpRequest request;
  request.method = "POST";
  request.url = TokenUrl(context, region);
  request.headers.Set("Content-Type", "application/json");
  request.body = JsonText(Json{{"clientId", At(token, "clientId")},
                               {"clientSecret", At(token, "clientSecret")},
                               {"grantType", "refresh_token"},
                               {"refreshToken", At(token, "refreshToken")}});
  const auto response = context.http.Send(request);
  if (!response.ok() || !response->ok()) return std::nullopt;
  const Json answer = ParseJson<Json>(response->body);
  const auto found = answer.is_object() ? answer.find("expiresIn") : answer.end();
  const auto expires_in = found == answer.end() ? std::nullopt : WholeNumber(*found);
  if (At(answer, "accessToken").empty() || !expires_in) {
    return std::nullopt;
  }
  token["accessToken"] = At(answer, "accessToken");
  token["expiresAt"] = IsoTime(std::chrono::system_clock::now() + TokenSeconds(static_cast<double>(*expires_in)));
  if (!At(answer, "refreshToken").empty()) token["refreshToken"] = At(answer, "refreshToken");
  return token;
}

}  // namespace

arrow::Result<Secret> AwsSsoToken(const AwsCredentialContext& context, const AwsSsoSignIn& sign_in,
                                  const std::string& log_in) {
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha1(sign_in.cache_name));
  const auto path = BelowHome(context.variables, ".aws/sso/cache/" + Hex(digest) + ".json");
  Json token = ReadToken(path);
  if (!token.is_object()) return arrow::Status::Invalid("you are not signed in. ", log_in);
  if (!IsGoodFor(token, "expiresAt", kRenewBefore)) {
    if (auto renewed = Renewed(context, sign_in.region, token)) {
      // A token that cannot be kept still serves this once.
      ARROW_UNUSED(WritePrivateFile(path, renewed->dump()));
      token = *std::move(renewed);
    } else if (Json other = ReadToken(path); other.is_object()) {
      // Another program may have renewed it meanwhile; a refresh token may be good for one time only.
      token = std::move(other);
    }
  }
  if (At(token, "accessToken").empty() || !IsGoodFor(token, "expiresAt", std::chrono::minutes(0))) {
    return arrow::Status::Invalid("your sign-in has expired. ", log_in);
  }
  return Secret(At(token, "accessToken"));
}

}  // namespace feast
