#include "cloud/aws/s3_client.h"

#include <utility>

#include "cloud/aws/aws_profiles.h"
#include "cloud/aws/aws_signature.h"
#include "cloud/aws/s3_errors.h"
#include "cloud/place_error.h"
#include "feast/errors.h"
#include "http/url.h"

namespace feast {

namespace {

constexpr const char* kRegionWithoutOne = "us-east-1";

/// These authorities in place of those that the environment names.
Variables WithAuthorities(const Variables& variables, const std::string& authorities) {
  if (authorities.empty()) return variables;
  return [variables, authorities](const std::string& name) {
    if (name == "AWS_CA_BUNDLE") return authorities;
    const bool is_another =
        name == "REQUESTS_CA_BUNDLE" || name == "CURL_CA_BUNDLE" || name == "SSL_CERT_FILE" || name == "SSL_CERT_DIR";
    return is_another ? std::string() : variables(name);
  };
}

}  // namespace

S3Client::S3Client(S3ClientOptions options, S3Endpoint endpoint, std::string region, const Variables& variables)
    : options_(std::move(options)),
      endpoint_(std::move(endpoint)),
      region_(std::move(region)),
      http_(std::make_shared<HttpClient>(WithAuthorities(variables, options_.authorities))),
      credentials_(
          variables, options_.authorities.empty() ? http_ : std::make_shared<HttpClient>(variables),
          options_.signing == S3Signing::kIfCredentials ? WithoutCredentials::kEmpty : WithoutCredentials::kError) {}

arrow::Result<std::shared_ptr<S3Client>> S3Client::Open(const S3ClientOptions& options, const Variables& variables) {
  ARROW_ASSIGN_OR_RAISE(const AwsProfiles profiles, AwsProfiles::Load(variables));
  ARROW_ASSIGN_OR_RAISE(S3Endpoint endpoint,
                        FindS3Endpoint(options.endpoint, options.endpoint_source, variables, profiles));
  endpoint.virtual_host = options.virtual_host;
  std::string region = options.region.empty() ? AwsRegion(variables, profiles) : options.region;
  if (region.empty()) region = kRegionWithoutOne;
  return std::shared_ptr<S3Client>(new S3Client(options, std::move(endpoint), std::move(region), variables));
}

arrow::Result<HttpResponse> S3Client::Send(const std::string& key, const Query& query, HttpRequest* request) {
  request->try_again = [](const HttpResponse& response) { return IsPassingS3Error(response); };
  bool moved = false, renewed = false, unknown = false;
  while (true) {
    const std::string region = CurrentRegion();
    request->url = endpoint_.ObjectUrl(options_.bucket, key, region);
    if (!query.empty()) request->url += "?" + EncodeQuery(query);
    if (options_.signing != S3Signing::kNever) {
      request->authorize = [this, region](const HttpRequest& unsigned_request) {
        return Sign(unsigned_request, region);
      };
    }
    auto sent = http_->Send(*request);
    if (!sent.ok()) return Named(sent.status(), key);
    HttpResponse response = sent.MoveValueUnsafe();
    unknown = response.earlier_attempt_unknown = response.earlier_attempt_unknown || unknown;
    if (response.ok() || response.status == 304) return response;
    const std::string code = S3ErrorCode(response);
    if (!moved && endpoint_.custom.empty() && FollowTo(S3BucketRegion(response))) {
      moved = true;
    } else if (!renewed && code == "ExpiredToken" && options_.signing != S3Signing::kNever && !options_.credentials) {
      credentials_.Forget();
      renewed = true;
    } else {
      return response;
    }
  }
}

arrow::Result<std::shared_ptr<const AwsCredentials>> S3Client::Credentials() {
  if (options_.credentials) return std::make_shared<const AwsCredentials>(*options_.credentials);
  return credentials_.Get();
}

arrow::Result<HttpHeaders> S3Client::Sign(const HttpRequest& request, const std::string& region) {
  ARROW_ASSIGN_OR_RAISE(const auto credentials, Credentials());
  if (credentials->access_key_id.empty()) return HttpHeaders{};
  if (options_.refuses_session_tokens && !credentials->session_token.empty()) {
    return arrow::Status::Invalid(
        "The temporary credentials of ", credentials->source,
        " are not sent to a server that only a data source names. If it may have them, add to feature_store.yaml: "
        "`allowed_endpoints: [\"",
        endpoint_.custom, "\"]`");
  }
  return SignForAws(request, *credentials, {region, "s3"}, std::chrono::system_clock::now());
}

std::string S3Client::CurrentRegion() {
  const std::lock_guard lock(region_mutex_);
  return region_;
}

bool S3Client::FollowTo(const std::string& region) {
  const std::lock_guard lock(region_mutex_);
  if (region.empty() || region == region_) return false;
  region_ = region;
  return true;
}

std::string S3Client::Endpoint() const {
  return endpoint_.custom.empty() ? "" : endpoint_.custom + " (" + endpoint_.source + ")";
}

arrow::Status S3Client::Named(const arrow::Status& status, const std::string& key) const {
  std::string message = status.message() + ". Object: " + Uri(key);
  if (!endpoint_.custom.empty()) message += ", endpoint " + Endpoint();
  return status.IsIOError() ? PlaceError(PlaceTrouble::kUnreachable, std::move(message))
                            : status.WithMessage(std::move(message));
}

S3Call S3Client::Call(const HttpRequest& request, const std::string& key) {
  std::string source;
  if (options_.signing != S3Signing::kNever) {
    const auto credentials = Credentials();
    if (credentials.ok()) source = (*credentials)->source;
  }
  return {request.method, options_.bucket, Uri(key), CurrentRegion(), source, Endpoint()};
}

arrow::Status S3Client::RegistryError(const HttpRequest& request, const std::string& key,
                                      const HttpResponse& response) {
  const S3Refusal refusal = ExplainS3Refusal(Call(request, key), response);
  if (refusal.registry_class.empty()) return arrow::Status::Invalid(refusal.message);
  return NamedError(refusal.registry_class, refusal.message);
}

arrow::Status S3Client::DataError(const HttpRequest& request, const std::string& key, const HttpResponse& response) {
  const bool no_bucket = S3ErrorCode(response) == "NoSuchBucket";
  return PlaceError(no_bucket ? PlaceTrouble::kAbsent : PlaceTrouble::kRefused,
                    ExplainS3Refusal(Call(request, key), response).message);
}

}  // namespace feast
