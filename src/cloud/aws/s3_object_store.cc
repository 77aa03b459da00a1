#include "cloud/aws/s3_object_store.h"

#include <mutex>
#include <utility>

#include "cloud/aws/aws_credential_chain.h"
#include "cloud/aws/aws_profiles.h"
#include "cloud/aws/aws_signature.h"
#include "cloud/aws/s3_endpoint.h"
#include "cloud/aws/s3_errors.h"
#include "cloud/aws/s3_put_arguments.h"

namespace feast {

namespace {

constexpr const char* kRegionWithoutOne = "us-east-1";

class S3ObjectStore : public ObjectStore {
 public:
  S3ObjectStore(S3Options options, S3Endpoint endpoint, std::string region, HttpHeaders put_headers,
                const Variables& variables)
      : options_(std::move(options)),
        endpoint_(std::move(endpoint)),
        region_(std::move(region)),
        put_headers_(std::move(put_headers)),
        http_(std::make_shared<HttpClient>(variables)),
        credentials_(variables, http_) {}

  arrow::Result<FetchedObject> Get(const std::string& key, const std::string& known_version) override {
    HttpRequest request;
    if (!known_version.empty()) request.headers.Set("If-None-Match", known_version);
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, Send(key, &request));
    if (response.status == 304) return FetchedObject{FetchedObject::State::kNotModified, {}, known_version};
    if (response.ok()) {
      return FetchedObject{FetchedObject::State::kFound, std::move(response.body), response.headers.Get("ETag")};
    }
    const std::string code = S3ErrorCode(response);
    if (response.status == 404 && code == "NoSuchKey") return FetchedObject{};
    if (options_.denied_is_absent && response.status == 403 && code == "AccessDenied") return FetchedObject{};
    return Error(request, key, response);
  }

  arrow::Result<WrittenObject> Put(const std::string& key, const std::string& bytes,
                                   const WriteCondition& condition) override {
    HttpRequest request;
    request.method = "PUT";
    request.headers = put_headers_;
    if (!request.headers.Has("Content-Type")) request.headers.Set("Content-Type", "application/octet-stream");
    if (condition.kind == WriteCondition::Kind::kAbsent) request.headers.Set("If-None-Match", "*");
    if (condition.kind == WriteCondition::Kind::kVersion) request.headers.Set("If-Match", condition.version);
    request.body = bytes;
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, Send(key, &request));
    if (response.ok()) return WrittenObject{false, response.headers.Get("ETag")};
    const std::string code = S3ErrorCode(response);
    const bool refused = response.status == 412 || response.status == 409 ||
                         (condition.kind == WriteCondition::Kind::kVersion && code == "NoSuchKey");
    if (!refused) return Error(request, key, response);
    if (response.earlier_attempt_unknown) return LookForOwn(key, bytes);
    return WrittenObject{true, {}};
  }

  arrow::Status Delete(const std::string& key) override {
    HttpRequest request;
    request.method = "DELETE";
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, Send(key, &request));
    if (response.ok() || (response.status == 404 && S3ErrorCode(response) == "NoSuchKey")) return arrow::Status::OK();
    return Error(request, key, response);
  }

  std::string Uri(const std::string& key) const override { return "s3://" + options_.bucket + "/" + key; }
  std::string custom_endpoint() const override { return endpoint_.custom; }

 private:
  /// Sends `request` for an object; once more when the bucket turns out to be in another of AWS's regions, or when the
  /// credentials have expired before their time.
  arrow::Result<HttpResponse> Send(const std::string& key, HttpRequest* request) {
    bool moved = false, renewed = false, unknown = false;
    while (true) {
      const std::string region = CurrentRegion();
      request->url = endpoint_.ObjectUrl(options_.bucket, key, region);
      request->stop = stop_token();
      if (!options_.anonymous) {
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
      } else if (!renewed && code == "ExpiredToken" && !options_.anonymous) {
        credentials_.Forget();
        renewed = true;
      } else {
        return response;
      }
    }
  }

  arrow::Result<HttpHeaders> Sign(const HttpRequest& request, const std::string& region) {
    ARROW_ASSIGN_OR_RAISE(const auto credentials, credentials_.Get());
    return SignForAws(request, *credentials, {region, "s3"}, std::chrono::system_clock::now());
  }

  /// A write that is refused after an attempt whose answer was lost: was it that attempt that wrote?
  arrow::Result<WrittenObject> LookForOwn(const std::string& key, const std::string& bytes) {
    ARROW_ASSIGN_OR_RAISE(FetchedObject stored, Get(key, {}));
    const bool own = stored.state == FetchedObject::State::kFound && stored.bytes == bytes;
    return WrittenObject{!own, own ? std::move(stored.version) : std::string()};
  }

  std::string CurrentRegion() {
    const std::lock_guard lock(region_mutex_);
    return region_;
  }

  /// Whether that is another region than before.
  bool FollowTo(const std::string& region) {
    const std::lock_guard lock(region_mutex_);
    if (region.empty() || region == region_) return false;
    region_ = region;
    return true;
  }

  std::string Endpoint() const {
    return endpoint_.custom.empty() ? "" : endpoint_.custom + " (" + endpoint_.source + ")";
  }

  arrow::Status Named(const arrow::Status& status, const std::string& key) const {
    return status.WithMessage(status.message(), ". Object: ", Uri(key),
                              endpoint_.custom.empty() ? "" : ", endpoint " + Endpoint());
  }

  arrow::Status Error(const HttpRequest& request, const std::string& key, const HttpResponse& response) {
    std::string source;
    if (!options_.anonymous) {
      const auto credentials = credentials_.Get();
      if (credentials.ok()) source = (*credentials)->source;
    }
    return S3Error({request.method, options_.bucket, Uri(key), CurrentRegion(), source, Endpoint()}, response);
  }

  const S3Options options_;
  const S3Endpoint endpoint_;
  std::mutex region_mutex_;
  std::string region_;
  const HttpHeaders put_headers_;
  const std::shared_ptr<HttpClient> http_;
  AwsCredentialChain credentials_;
};

}  // namespace

arrow::Result<std::unique_ptr<ObjectStore>> MakeS3ObjectStore(const S3Options& options, const Variables& variables) {
  ARROW_ASSIGN_OR_RAISE(const AwsProfiles profiles, AwsProfiles::Load(variables));
  ARROW_ASSIGN_OR_RAISE(S3Endpoint endpoint,
                        FindS3Endpoint(options.endpoint, options.endpoint_source, variables, profiles));
  ARROW_ASSIGN_OR_RAISE(HttpHeaders put_headers, S3PutHeaders(options.put_arguments));
  std::string region = AwsRegion(variables, profiles);
  if (region.empty()) region = kRegionWithoutOne;
  return std::make_unique<S3ObjectStore>(options, std::move(endpoint), std::move(region), std::move(put_headers),
                                         variables);
}

}  // namespace feast
