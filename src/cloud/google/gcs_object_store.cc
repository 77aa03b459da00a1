#include "cloud/google/gcs_object_store.h"

#include <utility>

#include "cloud/google/gcs_answers.h"
#include "http/url.h"

namespace feast {

namespace {

class GcsObjectStore : public ObjectStore {
 public:
  explicit GcsObjectStore(std::shared_ptr<GcsClient> client) : client_(std::move(client)) {}

  arrow::Result<FetchedObject> Get(const std::string& key, const std::string& known_version) override {
    HttpRequest request;
    request.url = client_->ObjectUrl(key) + "?alt=media";
    if (!known_version.empty()) request.url += "&ifGenerationNotMatch=" + PercentEncode(known_version);
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, Send(key, &request));
    if (response.status == 304) return FetchedObject{FetchedObject::State::kNotModified, {}, known_version};
    if (response.status == 404 && !IsMissingGcsBucket(response)) return FetchedObject{};
    if (!response.ok()) return Error(request, key, response);
    std::string version = response.headers.Get("x-goog-generation");
    // Emulators may not know the condition.
    if (!version.empty() && version == known_version) {
      return FetchedObject{FetchedObject::State::kNotModified, {}, known_version};
    }
    return FetchedObject{FetchedObject::State::kFound, std::move(response.body), std::move(version)};
  }

  arrow::Result<WrittenObject> Put(const std::string& key, const std::string& bytes,
                                   const WriteCondition& condition) override {
    HttpRequest request;
    request.method = "POST";
    request.url = client_->UploadUrl(key, "media");
    if (condition.kind == WriteCondition::Kind::kAbsent) request.url += "&ifGenerationMatch=0";
    if (condition.kind == WriteCondition::Kind::kVersion) {
      request.url += "&ifGenerationMatch=" + PercentEncode(condition.version);
    }
    request.headers.Set("Content-Type", "application/octet-stream");
    request.body = bytes;
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, Send(key, &request));
    if (response.ok()) return WrittenObject{false, GcsGeneration(response)};
    if (response.status != 412) return Error(request, key, response);
    if (response.earlier_attempt_unknown) return LookForOwn(key, bytes);
    return WrittenObject{true, {}};
  }

  arrow::Status Delete(const std::string& key) override { return DeleteIf(key, "").status(); }

  arrow::Result<bool> DeleteVersion(const std::string& key, const std::string& version) override {
    return DeleteIf(key, "?ifGenerationMatch=" + PercentEncode(version));
  }

  std::string Uri(const std::string& key) const override { return client_->Uri(key); }
  std::string custom_endpoint() const override { return client_->custom_endpoint(); }

 private:
  arrow::Result<HttpResponse> Send(const std::string& key, HttpRequest* request) {
    request->stop = stop_token();
    return client_->Send(key, request);
  }

  arrow::Result<bool> DeleteIf(const std::string& key, const std::string& condition) {
    HttpRequest request;
    request.method = "DELETE";
    request.url = client_->ObjectUrl(key) + condition;
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, Send(key, &request));
    if (response.ok() || response.status == 404) return true;
    if (response.status == 412) return false;
    return Error(request, key, response);
  }

  /// A write that is refused after an attempt whose answer was lost: was it that attempt that wrote?
  arrow::Result<WrittenObject> LookForOwn(const std::string& key, const std::string& bytes) {
    ARROW_ASSIGN_OR_RAISE(FetchedObject stored, Get(key, {}));
    const bool own = stored.state == FetchedObject::State::kFound && stored.bytes == bytes;
    return WrittenObject{!own, own ? std::move(stored.version) : std::string()};
  }

  arrow::Status Error(const HttpRequest& request, const std::string& key, const HttpResponse& response) {
    return arrow::Status::Invalid(client_->Explain(request, key, response));
  }

  const std::shared_ptr<GcsClient> client_;
};

}  // namespace

arrow::Result<std::unique_ptr<ObjectStore>> MakeGcsObjectStore(const GcsOptions& options, const Variables& variables) {
  ARROW_ASSIGN_OR_RAISE(auto client, GcsClient::Open(options, variables));
  return std::make_unique<GcsObjectStore>(std::move(client));
}

}  // namespace feast
