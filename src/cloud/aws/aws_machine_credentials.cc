// Credentials from the surroundings: environment variables, the container's endpoint, EC2 instance metadata.
#include <charconv>
#include <optional>
#include <utility>

#include "cloud/aws/aws_credential_sources.h"
#include "http/url.h"
#include "nlohmann/json.hpp"
#include "text/json_text.h"

namespace feast {

namespace {

constexpr const char* kContainerHost = "http://169.254.170.2";
constexpr const char* kInstanceEndpoint = "http://169.254.169.254";
constexpr int64_t kAnswerBytesMax = 1 << 20;

AwsCredentialAnswer Nothing(std::string why_not) { return {std::nullopt, std::move(why_not)}; }

int NumberFrom(const std::string& text, int otherwise) {
  int number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  return end.ec == std::errc() && number > 0 ? number : otherwise;
}

/// A plain http endpoint gets a token that opens doors, so it must be of this machine.
bool MayBeTrusted(const HttpUrl& url) {
  const std::string host = url.host();
  return url.scheme == "https" || host == "localhost" || host.starts_with("127.") || host == "[::1]" ||
         host == "169.254.170.2" || host == "169.254.170.23" || host == "[fd00:ec2::23]";
}

arrow::Result<Secret> ContainerToken(const Variables& variables) {
  const std::string file = variables("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (file.empty()) return Secret(variables("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
  ARROW_ASSIGN_OR_RAISE(const std::string token, ReadTextFile(file));
  return Secret(Trimmed(token));
}

}  // namespace

HttpPatience MetadataPatience() {
  HttpPatience patience;
  patience.attempts_max = 2;
  patience.connect = std::chrono::seconds(2);
  patience.stall = std::chrono::seconds(5);
  patience.total = std::chrono::seconds(10);
  return patience;
}

arrow::Result<AwsCredentials> AwsCredentialsFromJson(const std::string& text, const char* session_token_key) {
  const auto json = ParseJson(text);
  const auto at = [&](const char* key) -> std::string {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
  };
  AwsCredentials credentials{at("AccessKeyId"), Secret(at("SecretAccessKey")), Secret(at(session_token_key)),
                             ParseIsoTime(at("Expiration")), ""};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return arrow::Status::Invalid("the answer holds no AccessKeyId and SecretAccessKey");
  }
  return credentials;
}

arrow::Result<AwsCredentialAnswer> AwsEnvironmentCredentials(const AwsCredentialContext& context) {
  const Variables& variables = context.variables;
  const std::string key = variables("AWS_ACCESS_KEY_ID"), secret = variables("AWS_SECRET_ACCESS_KEY");
  if (key.empty() && secret.empty()) return Nothing("AWS_ACCESS_KEY_ID is not set");
  if (key.empty()) return arrow::Status::Invalid("AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID. Set both");
  if (secret.empty()) return arrow::Status::Invalid("AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY. Set both");
  const std::string token = FirstSet(variables, {"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"}).second;
  return AwsCredentialAnswer{
      AwsCredentials{key, Secret(secret), Secret(token), std::nullopt, "the environment variable AWS_ACCESS_KEY_ID"},
      ""};
}

arrow::Result<AwsCredentialAnswer> AwsContainerCredentials(const AwsCredentialContext& context) {
  const std::string relative = context.variables("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string full = context.variables("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative.empty() && full.empty()) {
    return Nothing("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set");
  }
  HttpRequest request;
  request.url = relative.empty() ? full : kContainerHost + relative;
  request.patience = MetadataPatience();
  request.use_proxy = false;
  request.response_bytes_max = kAnswerBytesMax;
  ARROW_ASSIGN_OR_RAISE(const HttpUrl url, ParseHttpUrl(request.url));
  if (!MayBeTrusted(url)) {
    return arrow::Status::Invalid(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https or an address of this machine or its container service, not ",
        url.origin());
  }
  ARROW_ASSIGN_OR_RAISE(const Secret token, ContainerToken(context.variables));
  if (!token.empty()) request.headers.Set("Authorization", token.Reveal());
  ARROW_ASSIGN_OR_RAISE(const HttpResponse response, context.http.Send(request));
  if (!response.ok()) {
    return arrow::Status::IOError(url.origin(), " answered ", response.status,
                                  ". Check the task's or pod's role and AWS_CONTAINER_AUTHORIZATION_TOKEN");
  }
  ARROW_ASSIGN_OR_RAISE(AwsCredentials credentials, AwsCredentialsFromJson(response.body, "Token"));
  credentials.source = "the container's role";
  return AwsCredentialAnswer{std::move(credentials), ""};
}

namespace {

/// Requests to the instance's metadata service, each with the session token that it asks for first.
struct InstanceMetadata {
  HttpRequest request;
  /// "http://169.254.169.254/latest/meta-data/"
  std::string root;
};

/// Nothing, with the reason in `why_not`, when no such service answers.
std::optional<InstanceMetadata> FindInstanceMetadata(const AwsCredentialContext& context, std::string* why_not) {
  if (IsTrue(context.variables("AWS_EC2_METADATA_DISABLED"))) {
    *why_not = "AWS_EC2_METADATA_DISABLED is set";
    return std::nullopt;
  }
  std::string endpoint = context.variables("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (endpoint.empty()) endpoint = kInstanceEndpoint;
  while (endpoint.ends_with('/')) endpoint.pop_back();

  HttpRequest request;
  const std::chrono::seconds timeout(NumberFrom(context.variables("AWS_METADATA_SERVICE_TIMEOUT"), 1));
  request.patience.attempts_max = NumberFrom(context.variables("AWS_METADATA_SERVICE_NUM_ATTEMPTS"), 1);
  request.patience.connect = request.patience.total = timeout;
  request.use_proxy = false;
  request.response_bytes_max = kAnswerBytesMax;
  request.method = "PUT";
  request.url = endpoint + "/latest/api/token";
  request.headers.Set("X-aws-ec2-metadata-token-ttl-seconds", "21600");
  const auto token = context.http.Send(request);
  if (!token.ok() || !token->ok()) {
    *why_not = "no instance metadata service answers at " + endpoint;
    return std::nullopt;
  }
  request.method = "GET";
  request.headers = {{"X-aws-ec2-metadata-token", token->body}};
  return InstanceMetadata{std::move(request), endpoint + "/latest/meta-data/"};
}

}  // namespace

arrow::Result<std::string> AwsInstanceRegion(const AwsCredentialContext& context) {
  std::string why_not;
  auto metadata = FindInstanceMetadata(context, &why_not);
  if (!metadata) return std::string();
  metadata->request.url = metadata->root + "placement/region";
  ARROW_ASSIGN_OR_RAISE(const HttpResponse region, context.http.Send(metadata->request));
  return region.ok() ? Trimmed(region.body) : std::string();
}

arrow::Result<AwsCredentialAnswer> AwsInstanceCredentials(const AwsCredentialContext& context) {
  std::string why_not;
  auto metadata = FindInstanceMetadata(context, &why_not);
  if (!metadata) return Nothing(std::move(why_not));
  HttpRequest& request = metadata->request;
  const std::string list = metadata->root + "iam/security-credentials/";
  request.url = list;
  ARROW_ASSIGN_OR_RAISE(const HttpResponse roles, context.http.Send(request));
  const std::string role = Trimmed(roles.body.substr(0, roles.body.find('\n')));
  if (!roles.ok() || role.empty()) return Nothing("this instance has no IAM role");
  request.url = list + PercentEncode(role);
  ARROW_ASSIGN_OR_RAISE(const HttpResponse response, context.http.Send(request));
  if (!response.ok()) {
    return arrow::Status::IOError("the metadata service answered ", response.status, " for the role ", role,
                                  ". Check the instance profile");
  }
  ARROW_ASSIGN_OR_RAISE(AwsCredentials credentials, AwsCredentialsFromJson(response.body, "Token"));
  credentials.source = "the EC2 instance's role " + role;
  return AwsCredentialAnswer{std::move(credentials), ""};
}

}  // namespace feast
