// Roles, assumed at the Security Token Service.
#include <utility>

#include "cloud/aws/aws_credential_sources.h"
#include "cloud/aws/aws_signature.h"
#include "http/url.h"

namespace feast {

namespace {

std::string SecurityTokenServiceUrl(const AwsCredentialContext& context, const std::string& region) {
  std::string url = AwsEndpoint(context.variables, context.profiles, "STS", "sts");
  if (url.empty()) {
    url = region.empty() ? "https://sts.amazonaws.com" : "https://sts." + region + "." + AwsDomain(region);
  }
  return url.ends_with('/') ? url : url + "/";
}

std::string Unescaped(const std::string& text) {
  static constexpr std::pair<const char*, const char*> kEntities[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&#34;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
  std::string plain = text;
  for (const auto& [entity, character] : kEntities) {
    for (size_t at = 0; (at = plain.find(entity, at)) != std::string::npos; ++at) {
      plain.replace(at, std::string(entity).size(), character);
    }
  }
  return plain;
}

}  // namespace

std::string XmlText(const std::string& xml, const std::string& element) {
  const size_t start = xml.find("<" + element + ">");
  if (start == std::string::npos) return {};
  const size_t text = start + element.size() + 2;
  const size_t end = xml.find("</" + element + ">", text);
  return end == std::string::npos ? "" : Unescaped(xml.substr(text, end - text));
}

arrow::Result<AwsCredentials> AssumeAwsRole(const AwsCredentialContext& context, const AwsRoleRequest& role) {
  std::vector<std::pair<std::string, std::string>> form = {
      {"Action", role.from ? "AssumeRole" : "AssumeRoleWithWebIdentity"},
      {"Version", "2011-06-15"},
      {"RoleArn", role.role_arn},
      {"RoleSessionName", role.session_name.empty() ? "feast" : role.session_name}};
  if (!role.external_id.empty()) form.emplace_back("ExternalId", role.external_id);
  if (!role.duration_seconds.empty()) form.emplace_back("DurationSeconds", role.duration_seconds);
  if (!role.mfa_serial.empty()) {
    form.emplace_back("SerialNumber", role.mfa_serial);
    form.emplace_back("TokenCode", role.mfa_code.Reveal());
  }
  if (!role.from) form.emplace_back("WebIdentityToken", role.web_identity_token.Reveal());

  HttpRequest request;
  request.method = "POST";
  request.url = SecurityTokenServiceUrl(context, role.region);
  request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
  request.body = EncodeQuery(form);
  if (role.from) {
    const AwsSigningScope scope{role.region.empty() ? "us-east-1" : role.region, "sts"};
    request.authorize = [&role, scope](const HttpRequest& unsigned_request) {
      return SignForAws(unsigned_request, *role.from, scope, std::chrono::system_clock::now());
    };
  }
  ARROW_ASSIGN_OR_RAISE(const HttpResponse response, context.http.Send(request));
  if (!response.ok()) {
    const std::string code = XmlText(response.body, "Code");
    return arrow::Status::IOError(
        "the role ", role.role_arn,
        " could not be assumed: ", code.empty() ? "HTTP " + std::to_string(response.status) : code, " ",
        XmlText(response.body, "Message"), ". Check the role's trust policy and what it is assumed from");
  }
  AwsCredentials credentials{XmlText(response.body, "AccessKeyId"), Secret(XmlText(response.body, "SecretAccessKey")),
                             Secret(XmlText(response.body, "SessionToken")),
                             ParseIsoTime(XmlText(response.body, "Expiration")), "the role " + role.role_arn};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return arrow::Status::IOError("the answer of ", request.url, " holds no credentials");
  }
  return credentials;
}

arrow::Result<AwsCredentials> AssumeAwsRoleWithTokenFile(const AwsCredentialContext& context, AwsRoleRequest request,
                                                         const std::string& token_file) {
  ARROW_ASSIGN_OR_RAISE(const std::string token, ReadTextFile(ExpandHome(context.variables, token_file)));
  request.web_identity_token = Secret(Trimmed(token));
  return AssumeAwsRole(context, request);
}

arrow::Result<AwsCredentialAnswer> AwsWebIdentityCredentials(const AwsCredentialContext& context) {
  const std::string file = context.variables("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (file.empty()) return AwsCredentialAnswer{std::nullopt, "AWS_WEB_IDENTITY_TOKEN_FILE is not set"};
  AwsRoleRequest request;
  request.role_arn = context.variables("AWS_ROLE_ARN");
  if (request.role_arn.empty()) {
    return arrow::Status::Invalid("AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN. Set both");
  }
  request.session_name = context.variables("AWS_ROLE_SESSION_NAME");
  request.region = AwsRegion(context.variables, context.profiles);
  ARROW_ASSIGN_OR_RAISE(AwsCredentials credentials, AssumeAwsRoleWithTokenFile(context, std::move(request), file));
  return AwsCredentialAnswer{std::move(credentials), ""};
}

}  // namespace feast
