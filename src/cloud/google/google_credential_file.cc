#include "cloud/google/google_credential_file.h"

#include <utility>
#include <vector>

#include "cloud/digest.h"
#include "cloud/google/google_aws_subject.h"
#include "http/url.h"
#include "nlohmann/json.hpp"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::json;
using Form = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kTokenUrl = "https://oauth2.googleapis.com/token";
constexpr const char* kCloudScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr int64_t kAnswerBytesMax = 1 << 20;
constexpr std::chrono::seconds kAssertionLife{3600};

Json ParsedJson(const std::string& text) { return ParseJson<Json>(text); }

/// The text at `key`; "" when there is none.
std::string At(const Json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

arrow::Result<std::string> Need(const Json& json, const char* key) {
  std::string text = At(json, key);
  if (text.empty())
    return arrow::Status::Invalid("the credential file has no '", key, "'. Download or create it again");
  return text;
}

/// Token endpoints answer alike.
arrow::Result<GoogleToken> TokenFrom(const HttpRequest& request, const HttpResponse& response) {
  const auto url = ParseHttpUrl(request.url);
  const std::string origin = url.ok() ? url->origin() : "";
  const Json json = ParsedJson(response.body);
  if (!response.ok()) {
    const std::string error = At(json, "error"), description = At(json, "error_description");
    return arrow::Status::IOError("the token endpoint ", origin, " answered ", response.status, " ", error,
                                  description.empty() ? "" : ": ", description,
                                  ". Check that the account exists and its key or sign-in is still good");
  }
  GoogleToken token{Secret(At(json, "access_token")), std::nullopt, ""};
  if (token.token.empty()) return arrow::Status::IOError("the token endpoint ", origin, " gave no access token");
  const auto expires_in = json.find("expires_in");
  if (expires_in != json.end() && expires_in->is_number()) {
    token.expires_at = std::chrono::system_clock::now() + TokenSeconds(expires_in->get<double>());
  }
  return token;
}

arrow::Result<GoogleToken> Exchange(const GoogleCredentialContext& context, const std::string& url, const Form& form) {
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
  request.body = EncodeQuery(form);
  request.response_bytes_max = kAnswerBytesMax;
  ARROW_ASSIGN_OR_RAISE(const HttpResponse response, context.http.Send(request));
  return TokenFrom(request, response);
}

/// A token for `url`'s service account, by leave of `source`.
arrow::Result<GoogleToken> Impersonate(const GoogleCredentialContext& context, const std::string& url,
                                       const GoogleToken& source) {
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + source.token.Reveal()}};
  request.body = JsonText(Json{{"scope", {context.scope}}, {"lifetime", "3600s"}});
  request.response_bytes_max = kAnswerBytesMax;
  ARROW_ASSIGN_OR_RAISE(const HttpResponse response, context.http.Send(request));
  const Json json = ParsedJson(response.body);
  GoogleToken token{Secret(At(json, "accessToken")), ParseIsoTime(At(json, "expireTime")),
                    "an impersonated service account"};
  if (!response.ok() || token.token.empty()) {
    return arrow::Status::IOError("the service account could not be impersonated: HTTP ", response.status,
                                  ". Grant roles/iam.serviceAccountTokenCreator on it");
  }
  return token;
}

arrow::Result<GoogleToken> ServiceAccount(const GoogleCredentialContext& context, const Json& file) {
  ARROW_ASSIGN_OR_RAISE(const std::string email, Need(file, "client_email"));
  ARROW_ASSIGN_OR_RAISE(std::string pem, Need(file, "private_key"));
  const Secret key(std::move(pem));
  std::string token_url = At(file, "token_uri");
  if (token_url.empty()) token_url = kTokenUrl;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t issued = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  Json header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (const std::string id = At(file, "private_key_id"); !id.empty()) header["kid"] = id;
  const Json claims = {{"iss", email},
                       {"scope", context.scope},
                       {"aud", token_url},
                       {"iat", issued},
                       {"exp", issued + kAssertionLife.count()}};
  const std::string assertion = Base64Url(JsonText(header)) + "." + Base64Url(JsonText(claims));
  ARROW_ASSIGN_OR_RAISE(const std::string signature, RsaSha256Signature(key, assertion));
  ARROW_ASSIGN_OR_RAISE(GoogleToken token, Exchange(context, token_url,
                                                    {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                                                     {"assertion", assertion + "." + Base64Url(signature)}}));
  token.source = "the service account " + email;
  return token;
}

arrow::Result<GoogleToken> AuthorizedUser(const GoogleCredentialContext& context, const Json& file) {
  ARROW_ASSIGN_OR_RAISE(const std::string id, Need(file, "client_id"));
  ARROW_ASSIGN_OR_RAISE(const std::string secret, Need(file, "client_secret"));
  ARROW_ASSIGN_OR_RAISE(const std::string refresh_token, Need(file, "refresh_token"));
  const std::string token_url = At(file, "token_uri");
  ARROW_ASSIGN_OR_RAISE(GoogleToken token, Exchange(context, token_url.empty() ? kTokenUrl : token_url,
                                                    {{"grant_type", "refresh_token"},
                                                     {"client_id", id},
                                                     {"client_secret", secret},
                                                     {"refresh_token", refresh_token}}));
  token.source = "a user's sign-in";
  return token;
}

/// The other provider's token: from a file or a URL, bare or in a field of JSON, or made here for AWS.
arrow::Result<std::string> SubjectToken(const GoogleCredentialContext& context, const Json& source,
                                        const std::string& audience) {
  std::string text;
  const std::string environment = At(source, "environment_id");
  if (environment == "aws1") {
    ARROW_ASSIGN_OR_RAISE(const std::string url, Need(source, "regional_cred_verification_url"));
    return AwsSubjectToken(context, url, audience);
  }
  if (const std::string file = At(source, "file"); !file.empty()) {
    ARROW_ASSIGN_OR_RAISE(text, ReadTextFile(file));
  } else if (const std::string url = At(source, "url"); !url.empty() && environment.empty()) {
    HttpRequest request;
    request.url = url;
    request.response_bytes_max = kAnswerBytesMax;
    if (source.contains("headers") && source["headers"].is_object()) {
      for (const auto& [name, value] : source["headers"].items()) {
        if (value.is_string()) request.headers.Set(name, value.get<std::string>());
      }
    }
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, context.http.Send(request));
    if (!response.ok()) {
      return arrow::Status::IOError("the subject token's URL answered ", response.status,
                                    ". Check credential_source of the file");
    }
    text = std::move(response.body);
  } else {
    return arrow::Status::NotImplemented(
        "external accounts are supported with a credential_source of `file`, `url` or AWS (environment_id: aws1) only. "
        "Create the file with one of them");
  }
  const auto format = source.find("format");
  if (format == source.end() || At(*format, "type") != "json") return Trimmed(text);
  return Need(ParsedJson(text), At(*format, "subject_token_field_name").c_str());
}

arrow::Result<GoogleToken> ExternalAccount(const GoogleCredentialContext& context, const Json& file) {
  const auto source = file.find("credential_source");
  if (source == file.end() || !source->is_object()) {
    return arrow::Status::Invalid("the credential file has no 'credential_source'. Create it again");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string audience, Need(file, "audience"));
  ARROW_ASSIGN_OR_RAISE(const std::string subject, SubjectToken(context, *source, audience));
  ARROW_ASSIGN_OR_RAISE(const std::string subject_type, Need(file, "subject_token_type"));
  ARROW_ASSIGN_OR_RAISE(const std::string token_url, Need(file, "token_url"));
  const std::string impersonation_url = At(file, "service_account_impersonation_url");
  ARROW_ASSIGN_OR_RAISE(GoogleToken token,
                        Exchange(context, token_url,
                                 {{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                                  {"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                                  {"audience", audience},
                                  {"scope", impersonation_url.empty() ? context.scope : kCloudScope},
                                  {"subject_token", subject},
                                  {"subject_token_type", subject_type}}));
  if (!impersonation_url.empty()) return Impersonate(context, impersonation_url, token);
  token.source = "an external account";
  return token;
}

arrow::Result<GoogleToken> TokenFromParsed(const GoogleCredentialContext& context, const Json& file);

arrow::Result<GoogleToken> ImpersonatedAccount(const GoogleCredentialContext& context, const Json& file) {
  ARROW_ASSIGN_OR_RAISE(const std::string url, Need(file, "service_account_impersonation_url"));
  const auto source = file.find("source_credentials");
  if (source == file.end() || At(*source, "type") == "impersonated_service_account") {
    return arrow::Status::Invalid("the credential file has no usable 'source_credentials'. Create it again");
  }
  ARROW_ASSIGN_OR_RAISE(const GoogleToken token, TokenFromParsed(context, *source));
  return Impersonate(context, url, token);
}

struct FileKind {
  const char* type;
  arrow::Result<GoogleToken> (*token)(const GoogleCredentialContext&, const Json&);
};

constexpr FileKind kFileKinds[] = {
    {"service_account", &ServiceAccount},
    {"authorized_user", &AuthorizedUser},
    {"external_account", &ExternalAccount},
    {"impersonated_service_account", &ImpersonatedAccount},
};

arrow::Result<GoogleToken> TokenFromParsed(const GoogleCredentialContext& context, const Json& file) {
  const std::string type = At(file, "type");
  for (const FileKind& kind : kFileKinds) {
    if (type == kind.type) return kind.token(context, file);
  }
  return arrow::Status::Invalid("the credential file is of type '", type,
                                "'; it can be service_account, authorized_user, external_account or "
                                "impersonated_service_account");
}

}  // namespace

arrow::Result<GoogleToken> GoogleTokenFromFile(const GoogleCredentialContext& context, const std::string& text) {
  const Json json = ParsedJson(text);
  if (!json.is_object()) return arrow::Status::Invalid("the credential file is not JSON. Download or create it again");
  return TokenFromParsed(context, json);
}

arrow::Result<GoogleToken> GoogleTokenFromMetadataServer(const GoogleCredentialContext& context) {
  if (IsTrue(context.variables("NO_GCE_CHECK"))) return arrow::Status::Invalid("NO_GCE_CHECK is set");
  std::string host = FirstSet(context.variables, {"GCE_METADATA_HOST", "GCE_METADATA_ROOT"}).second;
  // By address: off Google's machines, looking the name up could take long.
  if (host.empty()) host = "169.254.169.254";
  HttpRequest request;
  request.url = "http://" + host +
                "/computeMetadata/v1/instance/service-accounts/default/token?scopes=" + PercentEncode(context.scope);
  request.headers.Set("Metadata-Flavor", "Google");
  request.patience.attempts_max = 2;
  request.patience.connect = std::chrono::seconds(1);
  request.patience.total = std::chrono::seconds(5);
  request.use_proxy = false;
  request.response_bytes_max = kAnswerBytesMax;
  const auto response = context.http.Send(request);
  if (!response.ok()) return arrow::Status::Invalid("none answers at ", host);
  if (response->headers.Get("Metadata-Flavor") != "Google" || response->status == 404) {
    return arrow::Status::Invalid("this machine has no service account");
  }
  ARROW_ASSIGN_OR_RAISE(GoogleToken token, TokenFrom(request, *response));
  token.source = "this machine's service account";
  return token;
}

}  // namespace feast
