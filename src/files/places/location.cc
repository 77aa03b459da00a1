#include "files/places/location.h"

#include <dlfcn.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string_view>

#include "arrow/filesystem/filesystem.h"
#include "arrow/filesystem/localfs.h"
#include "arrow/filesystem/s3fs.h"
#include "arrow/io/type_fwd.h"
#include "arrow/util/config.h"
#include "arrow/util/uri.h"
#include "cloud/aws/aws_credential_chain.h"

namespace feast::scan {
namespace {

/// libarrow_s3 lies beside the library that holds Arrow's file systems. It registers itself when it is loaded.
arrow::Status LoadS3Library() {
  static const arrow::Status loaded = [] {
    Dl_info info;
    if (!dladdr(reinterpret_cast<const void*>(&arrow::fs::LoadFileSystemFactories), &info)) {
      return arrow::Status::IOError("Arrow's libraries cannot be found, so its S3 library cannot be loaded.");
    }
    const std::filesystem::path library =
        std::filesystem::path(info.dli_fname).parent_path() / ("libarrow_s3.so." ARROW_SO_VERSION);
    // An Arrow without this file has S3 built in.
    if (!std::filesystem::exists(library)) return arrow::Status::OK();
    return arrow::fs::LoadFileSystemFactories(library.c_str());
  }();
  return loaded;
}

/// Ends the library's threads before the process tears down what they use. To be called when S3 runs already: what
/// was made last ends first.
void FinalizeAtExit() { [[maybe_unused]] static const int registered = std::atexit(arrow::fs::EnsureFinalized); }

using Parameters = std::map<std::string, std::string>;

/// How long Arrow tries again, for whom 15 minutes are the default.
constexpr const char* kGcsRetryS = "15";
constexpr int64_t kS3RetriesMax = 4;
constexpr int64_t kS3FirstPauseMs = 100;

/// Arrow's own strategy tries a server that takes connections but says nothing for over a minute and a half.
class FewRetries : public arrow::fs::S3RetryStrategy {
 public:
  bool ShouldRetry(const AWSErrorDetail& error, int64_t attempted_retries) override {
    return error.should_retry && attempted_retries < kS3RetriesMax;
  }
  int64_t CalculateDelayBeforeNextRetry(const AWSErrorDetail&, int64_t attempted_retries) override {
    return kS3FirstPauseMs << attempted_retries;
  }
};

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Requests to object stores under way at once, each a thread of Arrow's that waits. ARROW_IO_THREADS says otherwise.
constexpr int kRequestsAtOnce = 16;

arrow::Status AllowManyRequests() {
  if (arrow::io::GetIOThreadPoolCapacity() >= kRequestsAtOnce || !Environment("ARROW_IO_THREADS").empty()) {
    return arrow::Status::OK();
  }
  return arrow::io::SetIOThreadPoolCapacity(kRequestsAtOnce);
}

bool IsOn(std::string value) {
  std::transform(value.begin(), value.end(), value.begin(), [](unsigned char c) { return std::tolower(c); });
  return value == "1" || value == "true" || value == "yes";
}

/// Points the file system to "host:port" or "http://host:port"; without a scheme `default_scheme` is meant.
void SetEndpoint(std::string_view endpoint, const char* default_scheme, Parameters* parameters) {
  std::string scheme = default_scheme;
  if (const size_t end = endpoint.find("://"); end != std::string_view::npos) {
    scheme = endpoint.substr(0, end);
    endpoint.remove_prefix(end + 3);
  }
  while (endpoint.ends_with('/')) endpoint.remove_suffix(1);
  (*parameters)["scheme"] = scheme;
  (*parameters)["endpoint_override"] = endpoint;
}

/// A URI of an object store, taken apart. Its keys may hold any character, so it is not parsed as a URI.
struct ObjectUri {
  std::string scheme;
  /// In front of the @, when it is a name alone.
  std::string user;
  std::string bucket;
  /// Bucket and key.
  std::string path;
  Parameters parameters;
};

/// Where options begin: at a ? with a = behind it. Other question marks are patterns.
size_t EndOfPath(std::string_view rest) {
  const size_t mark = rest.rfind('?');
  if (mark == std::string_view::npos || rest.find('=', mark) == std::string_view::npos) return rest.size();
  return rest.find('/', mark) == std::string_view::npos || rest.find("://", mark) != std::string_view::npos
             ? mark
             : rest.size();
}

ObjectUri TakeApart(std::string_view scheme, std::string_view rest) {
  ObjectUri uri;
  uri.scheme = scheme;
  const size_t end = EndOfPath(rest);
  std::string_view options = rest.substr(std::min(end + 1, rest.size()));
  rest = rest.substr(0, end);
  while (!options.empty()) {
    const size_t next = std::min(options.find('&'), options.size());
    const std::string_view option = options.substr(0, next);
    const size_t equals = std::min(option.find('='), option.size());
    uri.parameters[std::string(option.substr(0, equals))] =
        arrow::util::UriUnescape(option.substr(std::min(equals + 1, option.size())));
    options.remove_prefix(std::min(next + 1, options.size()));
  }
  // A secret key may hold a slash; a bucket's name holds neither @ nor :, so only "user@" ahead of a slash, or
  // "user:secret@", are credentials.
  const size_t at = rest.find('@');
  const bool has_user = at != std::string_view::npos && (at < rest.find('/') || rest.find(':') < rest.find('/'));
  if (has_user) {
    // Keys come from the environment of whoever reads, never from a source that everyone can read.
    if (rest.substr(0, at).find(':') == std::string_view::npos) uri.user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
  }
  uri.path = rest;
  uri.bucket = rest.substr(0, rest.find('/'));
  return uri;
}

using Options = arrow::fs::FileSystemFactoryOptions;

arrow::Result<Location> OpenBucket(const ObjectUri& uri, const Options& options) {
  ARROW_RETURN_NOT_OK(AllowManyRequests());
  std::string text = uri.scheme + "://" + (uri.user.empty() ? "" : uri.user + "@") + uri.bucket;
  char separator = '?';
  for (const auto& [key, value] : uri.parameters) {
    text += separator + key + "=" + arrow::util::UriEscape(value);
    separator = '&';
  }
  Location location;
  ARROW_ASSIGN_OR_RAISE(location.file_system, arrow::fs::FileSystemFromUriAndOptions(text, options));
  location.path = uri.path;
  location.prefix = uri.scheme + "://";
  const auto endpoint = uri.parameters.find("endpoint_override");
  if (endpoint != uri.parameters.end()) location.endpoint = endpoint->second;
  return location;
}

/// Arrow finds credentials wherever AWS's tools do and renews them, but for roles that a profile assumes.
arrow::Status AddAssumedRole(Options* options) {
  ARROW_ASSIGN_OR_RAISE(const auto role, FindAssumedAwsRole(ProcessVariables()));
  if (!role) return arrow::Status::OK();
  options->emplace_back("access_key", role->access_key_id);
  options->emplace_back("secret_key", role->secret_access_key.Reveal());
  options->emplace_back("session_token", role->session_token.Reveal());
  return arrow::Status::OK();
}

arrow::Result<Location> OpenS3(std::string_view rest, const std::string& endpoint_override) {
  ARROW_RETURN_NOT_OK(LoadS3Library());
  ObjectUri uri = TakeApart("s3", rest);
  std::string endpoint = endpoint_override;
  if (endpoint.empty()) endpoint = Environment("AWS_ENDPOINT_URL_S3");
  if (endpoint.empty()) endpoint = Environment("AWS_ENDPOINT_URL");
  const bool is_in_uri = uri.parameters.count("endpoint_override") != 0;
  if (!endpoint.empty() && !is_in_uri) SetEndpoint(endpoint, "https", &uri.parameters);
  // Any name without a secret makes unsigned requests.
  if (uri.user.empty() && IsOn(Environment("AWS_NO_SIGN_REQUEST"))) uri.user = "anonymous";
  Options options = {{"retry_strategy", std::shared_ptr<arrow::fs::S3RetryStrategy>(std::make_shared<FewRetries>())}};
  if (uri.user.empty()) ARROW_RETURN_NOT_OK(AddAssumedRole(&options));
  auto opened = OpenBucket(uri, options);
  FinalizeAtExit();
  return opened;
}

arrow::Result<Location> OpenGcs(std::string_view rest) {
  ObjectUri uri = TakeApart("gs", rest);
  const std::string emulator = Environment("STORAGE_EMULATOR_HOST");
  if (!emulator.empty() && uri.parameters.count("endpoint_override") == 0) {
    SetEndpoint(emulator, "http", &uri.parameters);
    uri.user = "anonymous";
  }
  uri.parameters.emplace("retry_limit_seconds", kGcsRetryS);
  return OpenBucket(uri, {});
}

arrow::Result<Location> OpenUri(const std::string& uri, std::string_view scheme, const std::string& s3_endpoint) {
  const std::string_view rest = std::string_view(uri).substr(scheme.size() + 3);
  if (scheme == "s3" || scheme == "s3a") return OpenS3(rest, s3_endpoint);
  if (scheme == "gs" || scheme == "gcs") return OpenGcs(rest);
  Location location;
  ARROW_ASSIGN_OR_RAISE(location.file_system, arrow::fs::FileSystemFromUri(uri, &location.path));
  if (scheme != "file") location.prefix = std::string(scheme) + "://";
  return location;
}

/// Without what may be a password.
std::string Shown(const std::string& uri) {
  const size_t start = uri.find("://") + 3;
  const size_t at = uri.find('@', start);
  const size_t colon = uri.find(':', start);
  return colon < at && at != std::string::npos ? uri.substr(0, colon) + ":********" + uri.substr(at) : uri;
}

}  // namespace

arrow::Result<Location> OpenLocation(const std::string& path_or_uri, const std::string& s3_endpoint_override) {
  const size_t end = path_or_uri.find("://");
  if (end == std::string::npos) {
    return Location{std::make_shared<arrow::fs::LocalFileSystem>(), path_or_uri, "", ""};
  }
  auto opened = OpenUri(path_or_uri, std::string_view(path_or_uri).substr(0, end), s3_endpoint_override);
  if (opened.ok()) return opened;
  const arrow::Status& status = opened.status();
  return status.WithMessage("Cannot open the file system of '", Shown(path_or_uri), "': ", status.message(),
                            " Check the URI, and that credentials for it are in the environment.");
}

}  // namespace feast::scan
