#include "cloud/google/gcs_client.h"

#include <utility>

#include "cloud/google/gcs_answers.h"
#include "cloud/place_error.h"
#include "http/url.h"

namespace feast {

namespace {

constexpr const char* kEndpoint = "https://storage.googleapis.com";
constexpr const char* kScope = "https://www.googleapis.com/auth/devstorage.read_write";
constexpr const char* kEmulatorVariable = "STORAGE_EMULATOR_HOST";

}  // namespace

bool IsMissingGcsBucket(const HttpResponse& response) {
  return response.status == 404 && GcsServerText(response).find("bucket does not exist") != std::string::npos;
}

GcsClient::GcsClient(GcsOptions options, std::string origin, const Variables& variables)
    : options_(std::move(options)),
      origin_(std::move(origin)),
      http_(std::make_shared<HttpClient>(variables)),
      credentials_(variables, http_, kScope) {}

arrow::Result<std::shared_ptr<GcsClient>> GcsClient::Open(const GcsOptions& options, const Variables& variables) {
  GcsOptions known = options;
  if (known.endpoint.empty()) {
    known.endpoint = variables(kEmulatorVariable);
    known.endpoint_source = kEmulatorVariable;
    if (!known.endpoint.empty()) known.anonymous = true;
  }
  std::string origin = kEndpoint;
  if (!known.endpoint.empty()) {
    if (known.endpoint.find("://") == std::string::npos) known.endpoint.insert(0, "http://");
    const auto url = ParseHttpUrl(known.endpoint);
    if (!url.ok()) return url.status().WithMessage(known.endpoint_source, ": ", url.status().message());
    origin = url->origin();
  }
  return std::shared_ptr<GcsClient>(new GcsClient(std::move(known), std::move(origin), variables));
}

std::string GcsClient::BucketUrl() const { return origin_ + "/storage/v1/b/" + PercentEncode(options_.bucket); }

std::string GcsClient::ObjectUrl(const std::string& key) const { return BucketUrl() + "/o/" + PercentEncode(key); }

std::string GcsClient::UploadUrl(const std::string& key, const std::string& type) const {
  return origin_ + "/upload/storage/v1/b/" + PercentEncode(options_.bucket) + "/o?uploadType=" + type +
         "&name=" + PercentEncode(key);
}

std::string GcsClient::Endpoint() const {
  return options_.endpoint.empty() ? "" : origin_ + " (" + options_.endpoint_source + ")";
}

arrow::Result<HttpResponse> GcsClient::Send(const std::string& key, HttpRequest* request) {
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
  std::string message = sent.status().message() + ". Object: " + Uri(key);
  if (!options_.endpoint.empty()) message += ", endpoint " + Endpoint();
  return sent.status().IsIOError() ? PlaceError(PlaceTrouble::kUnreachable, std::move(message))
                                   : sent.status().WithMessage(std::move(message));
}

std::string GcsClient::Explain(const HttpRequest& request, const std::string& key, const HttpResponse& response) {
  const bool reads = request.method == "GET", deletes = request.method == "DELETE";
  std::string message;
  switch (response.status) {
    case 401:
      message =
          is_signed()
              ? "Google does not accept these credentials. Get new ones, e.g. with `gcloud auth application-default "
                "login`"
              : "Permission denied: Google does not let a request without credentials use this object. Sign in with "
                "`gcloud auth application-default login`, and name no `anonymous@`";
      break;
    case 403:
      message = std::string("Permission denied: Google does not let ") +
                (is_signed() ? "these credentials " : "a request without credentials ") +
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
  message += ". Object: " + Uri(key);
  if (const auto token = is_signed() ? credentials_.Get() : arrow::Status::Invalid(""); token.ok()) {
    message += ", credentials: " + (*token)->source;
  }
  if (!options_.endpoint.empty()) message += ", endpoint " + Endpoint();
  const std::string says = GcsServerText(response);
  return message + " (HTTP " + std::to_string(response.status) + (says.empty() ? "" : ": " + says) + ")";
}

}  // namespace feast
