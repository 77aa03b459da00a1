#include "cloud/google/gcs_object_store.h"

#include <utility>

#include "cloud/google/gcs_answers.h"
#include "cloud/google/google_credentials.h"
#include "http/http_client.h"
#include "http/url.h"

namespace feast {

namespace {

constexpr const char* kEndpoint = "https://storage.googleapis.com";
constexpr const char* kScope = "https://www.googleapis.com/auth/devstorage.read_write";
constexpr const char* kEmulatorVariable = "STORAGE_EMULATOR_HOST";

class GcsObjectStore : public ObjectStore {
 public:
  GcsObjectStore(GcsOptions options, std::string emulator, const Variables& variables)
      : options_(std::move(options)),
        emulator_(std::move(emulator)),
        http_(std::make_shared<HttpClient>(variables)),
        credentials_(variables, http_, kScope) {}

  arrow::Result<FetchedObject> Get(const std::string& key, const std::string& known_version) override {
    HttpRequest request;
    request.url = ObjectUrl(key) + "?alt=media";
    if (!known_version.empty()) request.url += "&ifGenerationNotMatch=" + PercentEncode(known_version);
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, Send(key, &request));
    if (response.status == 304) return FetchedObject{FetchedObject::State::kNotModified, {}, known_version};
    if (response.status == 404 && GcsServerText(response).find("bucket does not exist") == std::string::npos) {
      return FetchedObject{};
    }
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
    request.url = Origin() + "/upload/storage/v1/b/" + PercentEncode(options_.bucket) +
                  "/o?uploadType=media&name=" + PercentEncode(key);
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

  arrow::Status Delete(const std::string& key) override {
    HttpRequest request;
    request.method = "DELETE";
    request.url = ObjectUrl(key);
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, Send(key, &request));
    if (response.ok() || response.status == 404) return arrow::Status::OK();
    return Error(request, key, response);
  }

  std::string Uri(const std::string& key) const override { return "gs://" + options_.bucket + "/" + key; }
  std::string custom_endpoint() const override { return emulator_; }

 private:
  std::string Origin() const { return emulator_.empty() ? kEndpoint : emulator_; }
  std::string ObjectUrl(const std::string& key) const {
    return Origin() + "/storage/v1/b/" + PercentEncode(options_.bucket) + "/o/" + PercentEncode(key);
  }
  bool is_signed() const { return emulator_.empty() && !options_.anonymous; }

  /// Once more with a new token when Google no longer takes the one there is.
  arrow::Result<HttpResponse> Send(const std::string& key, HttpRequest* request) {
    request->stop = stop_token();
    if (is_signed()) {
      request->authorize = [this](const HttpRequest&) -> arrow::Result<HttpHeaders> {
        ARROW_ASSIGN_OR_RAISE(const auto token, credentials_.Get());
        return HttpHeaders{{"Authorization", "Bearer " + token->token.Reveal()}};
      };
    }
    auto sent = http_->Send(*request);
    if (sent.ok() && sent->status == 401 && is_signed()) {
      credentials_.Forget();
      const bool unknown = sent->earlier_attempt_unknown;
      sent = http_->Send(*request);
      if (sent.ok()) sent->earlier_attempt_unknown |= unknown;
    }
    if (sent.ok()) return sent;
    return sent.status().WithMessage(sent.status().message(), ". Object: ", Uri(key),
                                     emulator_.empty() ? "" : std::string(", endpoint from ") + kEmulatorVariable);
  }

  /// A write that is refused after an attempt whose answer was lost: was it that attempt that wrote?
  arrow::Result<WrittenObject> LookForOwn(const std::string& key, const std::string& bytes) {
    ARROW_ASSIGN_OR_RAISE(FetchedObject stored, Get(key, {}));
    const bool own = stored.state == FetchedObject::State::kFound && stored.bytes == bytes;
    return WrittenObject{!own, own ? std::move(stored.version) : std::string()};
  }

  arrow::Status Error(const HttpRequest& request, const std::string& key, const HttpResponse& response) {
    const bool reads = request.method == "GET", deletes = request.method == "DELETE";
    std::string message;
    switch (response.status) {
      case 401:
        message =
            "Google does not accept these credentials. Get new ones, e.g. with `gcloud auth application-default "
            "login`";
        break;
      case 403:
        message = std::string("Permission denied: Google does not let these credentials ") +
                  (reads     ? "read"
                   : deletes ? "delete"
                             : "write") +
                  " this object. " +
                  (reads ? "Grant roles/storage.objectViewer"
                         : "Leave it to who may, usually CI, or grant roles/storage.objectUser") +
                  " on the bucket";
        break;
      case 404:
        message = "The bucket '" + options_.bucket + "' does not exist. Create it, or correct its name";
        break;
      case 408:
      case 429:
      case 500:
      case 502:
      case 503:
      case 504:
        message = "Google answered " + std::to_string(response.status) +
                  " to every attempt. Try again later; repeating the command does no harm";
        break;
      default:
        message = "Google Cloud Storage refused this request. Look its answer up in the documentation";
    }
    std::string source;
    if (const auto token = is_signed() ? credentials_.Get() : arrow::Status::Invalid(""); token.ok()) {
      source = ", credentials: " + (*token)->source;
    }
    const std::string says = GcsServerText(response);
    return arrow::Status::Invalid(message, ". Object: ", Uri(key), source,
                                  emulator_.empty() ? "" : ", endpoint " + emulator_ + " (" + kEmulatorVariable + ")",
                                  " (HTTP ", response.status, says.empty() ? "" : ": ", says, ")");
  }

  const GcsOptions options_;
  const std::string emulator_;
  const std::shared_ptr<HttpClient> http_;
  GoogleCredentials credentials_;
};

}  // namespace

arrow::Result<std::unique_ptr<ObjectStore>> MakeGcsObjectStore(const GcsOptions& options, const Variables& variables) {
  std::string emulator = variables(kEmulatorVariable);
  if (!emulator.empty()) {
    if (emulator.find("://") == std::string::npos) emulator = "http://" + emulator;
    const auto url = ParseHttpUrl(emulator);
    if (!url.ok()) return url.status().WithMessage(kEmulatorVariable, ": ", url.status().message());
    emulator = url->origin();
  }
  return std::make_unique<GcsObjectStore>(options, std::move(emulator), variables);
}

}  // namespace feast
