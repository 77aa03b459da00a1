// How requests for a bucket on S3 are sent, for the registry and for data alike: which server, region, credentials and
// certificate authorities is decided here and nowhere else.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "cloud/aws/aws_credential_chain.h"
#include "cloud/aws/s3_endpoint.h"
#include "http/http_client.h"
#include "system/variables.h"

namespace feast {

enum class S3Signing : uint8_t {
  kAlways,
  /// Without credentials, requests go unsigned: for data, much of which is public.
  kIfCredentials,
  kNever,
};

struct S3ClientOptions {
  std::string bucket = {};
  /// The endpoint and what configured it, e.g. FEAST_S3_ENDPOINT_URL. Empty: as AWS's tools are configured.
  std::string endpoint = {}, endpoint_source = {};
  /// The bucket is part of the host of a configured endpoint too.
  bool virtual_host = false;
  /// "" for the environment's or the profile's.
  std::string region = {};
  /// A file of certificate authorities; "" for those of every other request (http_client.h).
  std::string authorities = {};
  S3Signing signing = S3Signing::kAlways;
  /// To be used instead of those that are found.
  std::optional<AwsCredentials> credentials = {};
  /// Temporary credentials, which are good at their cloud only, are not sent.
  bool refuses_session_tokens = false;
};

/// Thread-safe.
class S3Client {
 public:
  using Query = std::vector<std::pair<std::string, std::string>>;

  /// Reads profiles, not yet credentials. Invalid for a bad endpoint URL.
  static arrow::Result<std::shared_ptr<S3Client>> Open(const S3ClientOptions& options, const Variables& variables);

  /// Sends `request`, whose URL is made here, for an object, or for the bucket if `key` is "": once more when the
  /// bucket turns out to be in another of AWS's regions, or when the credentials have expired before their time. Any
  /// status is a response; errors are those of place_error.h and of credentials.
  arrow::Result<HttpResponse> Send(const std::string& key, const Query& query, HttpRequest* request);

  /// What a response that is no success means to the registry, as an error of Feast's classes.
  arrow::Status RegistryError(const HttpRequest& request, const std::string& key, const HttpResponse& response);
  /// The same to whoever reads or writes data: an error of place_error.h.
  arrow::Status DataError(const HttpRequest& request, const std::string& key, const HttpResponse& response);

  const std::string& bucket() const { return options_.bucket; }
  /// "s3://bucket/key"
  std::string Uri(const std::string& key) const { return "s3://" + options_.bucket + "/" + key; }
  /// The server's URL when one is configured, else "".
  const std::string& custom_endpoint() const { return endpoint_.custom; }

 private:
  S3Client(S3ClientOptions options, S3Endpoint endpoint, std::string region, const Variables& variables);

  arrow::Result<std::shared_ptr<const AwsCredentials>> Credentials();
  arrow::Result<HttpHeaders> Sign(const HttpRequest& request, const std::string& region);
  std::string CurrentRegion();
  /// Whether that is another region than before.
  bool FollowTo(const std::string& region);
  std::string Endpoint() const;
  arrow::Status Named(const arrow::Status& status, const std::string& key) const;
  struct S3Call Call(const HttpRequest& request, const std::string& key);

  const S3ClientOptions options_;
  const S3Endpoint endpoint_;
  std::mutex region_mutex_;
  std::string region_;
  const std::shared_ptr<HttpClient> http_;
  AwsCredentialChain credentials_;
};

}  // namespace feast
