#include "files/places/remote_errors.h"

#include <cstdlib>
#include <string>
#include <string_view>

#include "arrow/filesystem/filesystem.h"
#include "system/nothing_there.h"

namespace feast::scan {
namespace {

struct Meaning {
  /// Part of what Arrow or the store says.
  std::string_view sign;
  const char* what;
  /// "" for advice that depends on the location.
  const char* advice;
};

// The first that fits counts.
constexpr Meaning kS3[] = {
    {"NO_SUCH_BUCKET", "there is no such bucket", "Correct the bucket's name."},
    {"SIGNATURE_DOES_NOT_MATCH", "the secret key does not fit the access key", "Correct AWS_SECRET_ACCESS_KEY."},
    {"INVALID_ACCESS_KEY_ID", "the store does not know the access key", "Correct AWS_ACCESS_KEY_ID."},
    {"InvalidAccessKeyId", "the store does not know the access key", "Correct AWS_ACCESS_KEY_ID."},
    {"INVALID_CLIENT_TOKEN_ID", "the store does not know the access key", "Correct AWS_ACCESS_KEY_ID."},
    {"No user exists", "the store does not know the access key", "Correct AWS_ACCESS_KEY_ID."},
    {"ExpiredToken", "the credentials have expired", "Get new ones, such as with `aws sso login`."},
    {"EXPIRED_TOKEN", "the credentials have expired", "Get new ones, such as with `aws sso login`."},
    {"REQUEST_TIME_TOO_SKEWED", "this machine's clock is wrong", "Set the clock."},
    {"RequestTimeTooSkewed", "this machine's clock is wrong", "Set the clock."},
    {"PermanentRedirect", "the bucket is in another region", "Set AWS_DEFAULT_REGION to the bucket's region."},
    {"HTTP status 301", "the bucket is in another region", "Set AWS_DEFAULT_REGION to the bucket's region."},
    {"AuthorizationHeaderMalformed", "the bucket is in another region",
     "Set AWS_DEFAULT_REGION to the bucket's region."},
    {"ACCESS_DENIED", "access is denied", ""},
    {"HTTP status 403", "access is denied", ""},
    {"NETWORK_CONNECTION", "the store cannot be reached", ""},
    {"REQUEST_TIMEOUT", "the store does not answer", ""},
};

constexpr Meaning kGcs[] = {
    {"Could not connect", "the store cannot be reached", ""},
    {"resolve host", "the store cannot be reached", ""},
    {"Timeout was reached", "the store does not answer", ""},
    {"default credentials", "no credentials were found", ""},
    {"UNAUTHENTICATED", "the credentials are not accepted", ""},
    {"PERMISSION_DENIED", "access is denied", ""},
    {"NOT_FOUND", "there is no such bucket or object", "Correct the path."},
};

const Meaning* FindMeaning(const std::string& message, const Location& location) {
  const auto find = [&](const auto& meanings) -> const Meaning* {
    for (const Meaning& meaning : meanings) {
      if (message.find(meaning.sign) != std::string::npos) return &meaning;
    }
    return nullptr;
  };
  return location.prefix == "s3://" ? find(kS3) : location.prefix == "gs://" ? find(kGcs) : nullptr;
}

std::string Bucket(const Location& location) { return location.path.substr(0, location.path.find('/')); }

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

std::string Advice(const Meaning& meaning, const Location& location) {
  const bool s3 = location.prefix == "s3://";
  if (*meaning.advice != '\0') return meaning.advice;
  const bool unreachable = std::string_view(meaning.what).starts_with("the store");
  if (unreachable && location.endpoint.empty()) return "Check this machine's network.";
  if (unreachable) {
    return s3 ? "Check s3_endpoint_override or AWS_ENDPOINT_URL, now '" + location.endpoint + "'."
              : "Check STORAGE_EMULATOR_HOST, now '" + location.endpoint + "'.";
  }
  const std::string open = location.prefix + "anonymous@" + location.path;
  if (!s3) {
    return "Sign in with `gcloud auth application-default login` as one who may do this (of a public bucket, read " +
           open + ").";
  }
  if (!IsSet("AWS_ACCESS_KEY_ID") && !IsSet("AWS_PROFILE")) {
    return "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (of a public bucket, read " + open + ").";
  }
  return "Use credentials that may do this: AWS_ACCESS_KEY_ID or AWS_PROFILE names others.";
}

/// A refusal of a HEAD request has no body, and so no reason; that of a listing has.
std::string WithReason(const std::string& message, const Location& location) {
  if (message.find("HeadObject") == std::string::npos || message.find("No response body") == std::string::npos) {
    return message;
  }
  arrow::fs::FileSelector selector;
  selector.base_dir = location.path;
  selector.allow_not_found = true;
  const auto listed = location.file_system->GetFileInfo(selector);
  return listed.ok() ? message : listed.status().message();
}

}  // namespace

arrow::Status Explained(const arrow::Status& status, const Location& location) {
  if (!status.IsIOError() || location.is_local()) return status;
  const Meaning* meaning = FindMeaning(WithReason(status.message(), location), location);
  if (meaning == nullptr) return status;
  return arrow::Status::IOError("'", location.Show(), "' cannot be used: ", meaning->what, ". ",
                                Advice(*meaning, location));
}

arrow::Status NothingThere(const Location& location) {
  if (location.is_local()) {
    return WithNothingThere(arrow::Status::IOError("There is no file or folder at '", location.Show(),
                                                   "'. Correct the path, or put the data there."));
  }
  const auto bucket = location.file_system->GetFileInfo(Bucket(location));
  if (bucket.ok() && bucket->type() == arrow::fs::FileType::NotFound) {
    return WithNothingThere(arrow::Status::IOError("There is no bucket '", Bucket(location), "', so nothing at '",
                                                   location.Show(), "'. Correct the bucket's name."));
  }
  return WithNothingThere(
      arrow::Status::IOError("There is no object or folder at '", location.Show(), "'. Correct the path."));
}

}  // namespace feast::scan
