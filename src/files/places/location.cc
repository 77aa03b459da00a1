#include "files/places/location.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "arrow/filesystem/filesystem.h"
#include "arrow/io/type_fwd.h"
#include "cloud/aws/s3_bucket.h"
#include "cloud/google/gcs_bucket.h"
#include "files/places/endpoint_policy.h"
#include "files/places/local_files.h"
#include "files/places/object_file_system.h"
#include "files/places/object_uri.h"
#include "http/url.h"
#include "system/variables.h"

namespace feast::scan {
namespace {

constexpr std::array<std::string_view, 7> kS3Options = {"region",
                                                        "scheme",
                                                        "endpoint_override",
                                                        "tls_ca_file_path",
                                                        "force_virtual_addressing",
                                                        "allow_bucket_creation",
                                                        "allow_bucket_deletion"};
constexpr std::array<std::string_view, 4> kGcsOptions = {"scheme", "endpoint_override", "retry_limit_seconds",
                                                         "project_id"};
constexpr const char* kByTheSource = "named by the data source";
constexpr const char* kAnonymous = "anonymous";

/// Requests to object stores under way at once, each a thread of Arrow's that waits. ARROW_IO_THREADS says otherwise.
constexpr int kRequestsAtOnce = 16;

arrow::Status AllowManyRequests() {
  if (arrow::io::GetIOThreadPoolCapacity() >= kRequestsAtOnce || !ProcessVariables()("ARROW_IO_THREADS").empty()) {
    return arrow::Status::OK();
  }
  return arrow::io::SetIOThreadPoolCapacity(kRequestsAtOnce);
}

/// "http://host:port" from that, or from "host:port" and a scheme; "" from "".
std::string EndpointUrl(std::string endpoint, const std::string& scheme) {
  if (!endpoint.empty() && endpoint.find("://") == std::string::npos) endpoint = scheme + "://" + endpoint;
  return endpoint;
}

std::string SchemeOption(const ObjectUri& uri) {
  const std::string scheme = uri.Option("scheme");
  return scheme.empty() ? "https" : scheme;
}

/// Every server that the user's own settings name for S3.
std::vector<std::string> NamedForS3(const LocationOptions& options, const Variables& variables) {
  std::vector<std::string> named = options.allowed_endpoints;
  if (const auto profiles = AwsProfiles::Load(variables); profiles.ok()) {
    named.push_back(AwsEndpoint(variables, *profiles, "S3", "s3"));
  }
  named.push_back(variables("FEAST_S3_ENDPOINT_URL"));
  std::erase(named, "");
  return named;
}

arrow::Status SetS3Endpoint(const ObjectUri& uri, const LocationOptions& options, const Variables& variables,
                            S3ClientOptions* s3) {
  std::string endpoint = EndpointUrl(uri.Option("endpoint_override"), SchemeOption(uri));
  if (endpoint.empty()) endpoint = EndpointUrl(options.s3_endpoint_override, "https");
  if (endpoint.empty()) return arrow::Status::OK();
  s3->endpoint = endpoint;
  s3->endpoint_source = kByTheSource;
  if (s3->signing == S3Signing::kNever) return arrow::Status::OK();
  const auto trust = CheckEndpoint(endpoint, NamedForS3(options, variables));
  if (!trust.ok()) {
    return trust.status().WithMessage(trust.status().message(),
                                      ", or set AWS_ENDPOINT_URL_S3 to it; to read a public "
                                      "bucket there, write s3://anonymous@",
                                      uri.path);
  }
  s3->refuses_session_tokens = *trust == EndpointTrust::kLoopback;
  return arrow::Status::OK();
}

arrow::Result<Location> OpenS3(std::string_view rest, const LocationOptions& options) {
  if (rest.starts_with("arn:")) {
    return arrow::Status::Invalid(
        "This is the ARN of an access point, not a bucket. Write the access point's alias, which ends in -s3alias, "
        "in place of the bucket's name.");
  }
  const Variables& variables = ProcessVariables();
  const ObjectUri uri = TakeApart(rest, kS3Options);
  S3ClientOptions s3;
  s3.bucket = uri.bucket;
  s3.region = uri.Option("region");
  s3.authorities = uri.Option("tls_ca_file_path");
  s3.virtual_host = IsTrue(uri.Option("force_virtual_addressing"));
  s3.signing = S3Signing::kIfCredentials;
  // Any name makes unsigned requests.
  if (uri.has_user || IsTrue(variables("AWS_NO_SIGN_REQUEST"))) s3.signing = S3Signing::kNever;
  ARROW_RETURN_NOT_OK(SetS3Endpoint(uri, options, variables, &s3));
  ARROW_ASSIGN_OR_RAISE(auto bucket, OpenS3Bucket(s3, variables));
  return Location{std::make_shared<ObjectFileSystem>("s3", uri.bucket, std::move(bucket)), uri.path, "s3://"};
}

arrow::Result<Location> OpenGcs(std::string_view rest, const LocationOptions& options) {
  const Variables& variables = ProcessVariables();
  const ObjectUri uri = TakeApart(rest, kGcsOptions);
  GcsOptions gcs;
  gcs.bucket = uri.bucket;
  gcs.anonymous = uri.has_user;
  gcs.endpoint = EndpointUrl(uri.Option("endpoint_override"), SchemeOption(uri));
  gcs.endpoint_source = kByTheSource;
  if (!gcs.endpoint.empty() && !gcs.anonymous) {
    const auto trust = CheckEndpoint(gcs.endpoint, options.allowed_endpoints);
    if (!trust.ok()) {
      return trust.status().WithMessage(trust.status().message(), "; to read a public bucket there, write gs://",
                                        kAnonymous, "@", uri.path);
    }
    // An emulator needs no token.
    gcs.trusts_endpoint = *trust == EndpointTrust::kNamed;
  }
  ARROW_ASSIGN_OR_RAISE(auto bucket, OpenGcsBucket(gcs, variables));
  return Location{std::make_shared<ObjectFileSystem>("gs", uri.bucket, std::move(bucket)), uri.path, "gs://"};
}

Location LocalLocation(std::string path) { return Location{std::make_shared<LocalFiles>(), std::move(path), ""}; }

/// "file:///a%20b", also with a space as it is.
arrow::Result<Location> OpenFileUri(std::string_view rest) {
  const std::string host(rest.substr(0, rest.find('/')));
  if (rest.find('/') == std::string_view::npos || (!host.empty() && host != "localhost")) {
    return arrow::Status::Invalid(
        "Files of other machines cannot be read by file://. Write file:///folder/file, with "
        "three slashes, or the path alone.");
  }
  return LocalLocation(PercentDecode(rest.substr(host.size())));
}

arrow::Result<Location> OpenUri(const std::string& uri, const std::string& scheme, std::string_view rest,
                                const LocationOptions& options) {
  // s3a and s3n are Hadoop's names for the same.
  if (scheme == "s3" || scheme == "s3a" || scheme == "s3n") {
    ARROW_RETURN_NOT_OK(AllowManyRequests());
    return OpenS3(rest, options);
  }
  if (scheme == "gs" || scheme == "gcs") {
    ARROW_RETURN_NOT_OK(AllowManyRequests());
    return OpenGcs(rest, options);
  }
  if (scheme == "file") return OpenFileUri(rest);
  if (scheme == "http" || scheme == "https") {
    return arrow::Status::Invalid(
        "Files are not read from web servers. Download the file; if the server is an object store, write "
        "s3://bucket/key and name it in s3_endpoint_override.");
  }
  Location location;
  ARROW_ASSIGN_OR_RAISE(location.file_system, arrow::fs::FileSystemFromUri(uri, &location.path));
  location.prefix = scheme + "://";
  return location;
}

/// Without options, and without what stands in front of an @ and may be a secret.
std::string Shown(const std::string& scheme, std::string_view rest) {
  const ObjectUri uri = TakeApart(rest, kS3Options);
  return scheme + "://" + uri.path;
}

}  // namespace

arrow::Result<Location> OpenLocation(const std::string& path_or_uri, const LocationOptions& options) {
  const size_t end = path_or_uri.find("://");
  if (end == std::string::npos) return LocalLocation(path_or_uri);
  std::string scheme = path_or_uri.substr(0, end);
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::string_view rest = std::string_view(path_or_uri).substr(end + 3);
  auto opened = OpenUri(path_or_uri, scheme, rest, options);
  if (opened.ok()) return opened;
  const arrow::Status& status = opened.status();
  return status.WithMessage("Cannot use '", Shown(scheme, rest), "': ", status.message());
}

}  // namespace feast::scan
