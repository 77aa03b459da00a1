#include "cloud/aws/s3_object_store.h"

#include <utility>

#include "cloud/aws/s3_client.h"
#include "cloud/aws/s3_errors.h"
#include "cloud/aws/s3_put_arguments.h"

namespace feast {

namespace {

class S3ObjectStore : public ObjectStore {
 public:
  S3ObjectStore(S3Options options, std::shared_ptr<S3Client> client, HttpHeaders put_headers)
      : options_(std::move(options)), client_(std::move(client)), put_headers_(std::move(put_headers)) {}

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

  arrow::Status Delete(const std::string& key) override { return DeleteIf(key, "").status(); }

  arrow::Result<bool> DeleteVersion(const std::string& key, const std::string& version) override {
    return DeleteIf(key, version);
  }

  std::string Uri(const std::string& key) const override { return client_->Uri(key); }
  std::string custom_endpoint() const override { return client_->custom_endpoint(); }

 private:
  arrow::Result<HttpResponse> Send(const std::string& key, HttpRequest* request) {
    request->stop = stop_token();
    return client_->Send(key, {}, request);
  }

  arrow::Result<bool> DeleteIf(const std::string& key, const std::string& version) {
    HttpRequest request;
    request.method = "DELETE";
    if (!version.empty()) request.headers.Set("If-Match", version);
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, Send(key, &request));
    if (response.ok() || (response.status == 404 && S3ErrorCode(response) == "NoSuchKey")) return true;
    if (version.empty()) return Error(request, key, response);
    if (response.status == 412 || response.status == 409) return false;
    // Servers older than the condition.
    constexpr int kNotImplemented = 501;
    return response.status == kNotImplemented ? DeleteIf(key, "") : Error(request, key, response);
  }

  /// A write that is refused after an attempt whose answer was lost: was it that attempt that wrote?
  arrow::Result<WrittenObject> LookForOwn(const std::string& key, const std::string& bytes) {
    ARROW_ASSIGN_OR_RAISE(FetchedObject stored, Get(key, {}));
    const bool own = stored.state == FetchedObject::State::kFound && stored.bytes == bytes;
    return WrittenObject{!own, own ? std::move(stored.version) : std::string()};
  }

  arrow::Status Error(const HttpRequest& request, const std::string& key, const HttpResponse& response) {
    return client_->RegistryError(request, key, response);
  }

  const S3Options options_;
  const std::shared_ptr<S3Client> client_;
  const HttpHeaders put_headers_;
};

}  // namespace

arrow::Result<std::unique_ptr<ObjectStore>> MakeS3ObjectStore(const S3Options& options, const Variables& variables) {
  ARROW_ASSIGN_OR_RAISE(HttpHeaders put_headers, S3PutHeaders(options.put_arguments));
  S3ClientOptions client_options;
  client_options.bucket = options.bucket;
  client_options.endpoint = options.endpoint;
  client_options.endpoint_source = options.endpoint_source;
  client_options.signing = options.anonymous ? S3Signing::kNever : S3Signing::kAlways;
  ARROW_ASSIGN_OR_RAISE(auto client, S3Client::Open(client_options, variables));
  return std::make_unique<S3ObjectStore>(options, std::move(client), std::move(put_headers));
}

}  // namespace feast
