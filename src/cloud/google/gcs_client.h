// How requests for a bucket on Google Cloud Storage are sent, for the registry and for data alike: which server and
// whose token is decided here and nowhere else.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "cloud/google/google_credentials.h"
#include "http/http_client.h"
#include "system/variables.h"

namespace feast {

struct GcsOptions {
  std::string bucket = {};
  /// Requests carry no token; for public buckets.
  bool anonymous = false;
  /// A server in place of Google's, as a URL or host:port, and what names it. Unless `trusts_endpoint`, it is sent no
  /// token.
  std::string endpoint = {}, endpoint_source = {};
  bool trusts_endpoint = false;
};

/// Thread-safe.
class GcsClient {
 public:
  /// STORAGE_EMULATOR_HOST, when set and no other server is named, is asked instead of Google, without credentials.
  /// Invalid when the server's address is none.
  static arrow::Result<std::shared_ptr<GcsClient>> Open(const GcsOptions& options, const Variables& variables);

  /// Once more with a new token when Google no longer takes the one there is. Any status is a response; errors are
  /// those of place_error.h and of credentials, and name the object.
  arrow::Result<HttpResponse> Send(const std::string& key, HttpRequest* request);
  /// What a response that is no success means.
  std::string Explain(const HttpRequest& request, const std::string& key, const HttpResponse& response);

  const std::string& origin() const { return origin_; }
  /// Percent-encoded, of the JSON API.
  std::string BucketUrl() const;
  std::string ObjectUrl(const std::string& key) const;
  std::string UploadUrl(const std::string& key, const std::string& type) const;
  /// "gs://bucket/key"
  std::string Uri(const std::string& key) const { return "gs://" + options_.bucket + "/" + key; }
  /// The server's URL where it is not Google's, else "".
  std::string custom_endpoint() const { return options_.endpoint.empty() ? "" : origin_; }

 private:
  GcsClient(GcsOptions options, std::string origin, const Variables& variables);

  bool is_signed() const { return !options_.anonymous && (options_.endpoint.empty() || options_.trusts_endpoint); }
  std::string Endpoint() const;

  const GcsOptions options_;
  const std::string origin_;
  const std::shared_ptr<HttpClient> http_;
  GoogleCredentials credentials_;
};

/// A 404 of the bucket rather than of an object in it.
bool IsMissingGcsBucket(const HttpResponse& response);

}  // namespace feast
