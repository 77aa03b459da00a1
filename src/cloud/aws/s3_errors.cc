#include "cloud/aws/s3_errors.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "cloud/aws/aws_credential_sources.h"
#include "cloud/clock_text.h"
#include "feast/errors.h"

namespace feast {

namespace {

constexpr size_t kServerTextMax = 300;
constexpr const char* kNoBucket = "S3RegistryBucketNotExist";
constexpr const char* kForbidden = "S3RegistryBucketForbiddenAccess";

std::string Credentials(const S3Call& call) {
  return call.credentials.empty() ? "this anonymous request" : "the credentials of " + call.credentials;
}

std::string NoSuchBucket(const S3Call& call, const HttpResponse&) {
  return "The bucket '" + call.bucket + "' does not exist. Create it, or correct its name";
}

std::string AccessDenied(const S3Call& call, const HttpResponse&) {
  const std::string arn = "arn:aws:s3:::" + call.uri.substr(std::string("s3://").size());
  if (call.credentials.empty()) {
    return "Permission denied: S3 does not let a request without credentials use this object. Set AWS_ACCESS_KEY_ID "
           "and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
  }
  if (call.uri.ends_with('/')) {
    return "Permission denied: S3 does not let " + Credentials(call) + " list this bucket. Grant s3:ListBucket on " +
           arn.substr(0, arn.size() - 1);
  }
  if (call.method == "GET" || call.method == "HEAD") {
    return "Permission denied: S3 does not let " + Credentials(call) +
           " read this object: either they lack s3:GetObject, or there is no such object yet and they lack "
           "s3:ListBucket, without which S3 answers the same. Grant s3:GetObject on " +
           arn;
  }
  return "Permission denied: S3 does not let " + Credentials(call) + (call.method == "DELETE" ? " delete" : " write") +
         " this object. Leave it to who may, usually CI, or grant " +
         (call.method == "DELETE" ? "s3:DeleteObject" : "s3:PutObject") + " on " + arn;
}

std::string UnknownKey(const S3Call& call, const HttpResponse&) {
  return "S3 does not know the access key of " + Credentials(call) +
         ". Check that it is complete, active, and of this server";
}

std::string WrongSignature(const S3Call& call, const HttpResponse&) {
  return "S3 refuses the signature made with " + Credentials(call) +
         ": the secret key does not belong to the access key. Copy the pair again";
}

std::string Expired(const S3Call& call, const HttpResponse&) {
  return "The session token of " + Credentials(call) +
         " has expired or is not valid. Get new credentials, e.g. with `aws sso login`";
}

std::string Skewed(const S3Call&, const HttpResponse& response) {
  const auto theirs = ParseHttpTime(response.headers.Get("Date"));
  std::string difference;
  if (theirs) {
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(std::chrono::system_clock::now() - *theirs).count();
    difference = " by " + std::to_string(std::abs(minutes)) + " minutes (" + (minutes < 0 ? "behind" : "ahead") + ")";
  }
  return "This machine's clock differs from the server's" + difference +
         ", so its signatures are refused. Set the clock, e.g. `timedatectl set-ntp true`";
}

std::string WrongRegion(const S3Call& call, const HttpResponse& response) {
  const std::string region = S3BucketRegion(response);
  return "The bucket '" + call.bucket + "' is not in region '" + call.region + "'" +
         (region.empty() ? "" : " but in '" + region + "'") + ". Set AWS_DEFAULT_REGION" +
         (region.empty() ? " to its region" : "=" + region);
}

std::string NoConditions(const S3Call&, const HttpResponse&) {
  return "The server does not know a header of this request, probably that of conditional writes. Use a server that "
         "has "
         "If-Match and If-None-Match on PutObject, or give up the protection with `allow_unconditional_writes: true` "
         "under `registry`";
}

std::string Overloaded(const S3Call&, const HttpResponse& response) {
  return "The server answered " + std::to_string(response.status) +
         " to every attempt. Try again later; repeating the command does no harm";
}

struct ErrorAdvice {
  const char* code;
  const char* feast_class;
  std::string (*text)(const S3Call&, const HttpResponse&);
};

constexpr ErrorAdvice kErrorAdvice[] = {
    {"NoSuchBucket", kNoBucket, &NoSuchBucket},
    {"AccessDenied", kForbidden, &AccessDenied},
    {"AllAccessDisabled", kForbidden, &AccessDenied},
    {"InvalidAccessKeyId", kForbidden, &UnknownKey},
    {"XAdminUserNotFound", kForbidden, &UnknownKey},
    {"SignatureDoesNotMatch", kForbidden, &WrongSignature},
    {"ExpiredToken", kForbidden, &Expired},
    {"InvalidToken", kForbidden, &Expired},
    {"TokenRefreshRequired", kForbidden, &Expired},
    {"RequestTimeTooSkewed", "", &Skewed},
    {"PermanentRedirect", "", &WrongRegion},
    {"TemporaryRedirect", "", &WrongRegion},
    {"AuthorizationHeaderMalformed", "", &WrongRegion},
    {"IllegalLocationConstraintException", "", &WrongRegion},
    {"NotImplemented", "", &NoConditions},
    {"SlowDown", "", &Overloaded},
    {"ServiceUnavailable", "", &Overloaded},
    {"InternalError", "", &Overloaded},
    {"RequestTimeout", "", &Overloaded},
    {"Throttling", "", &Overloaded},
    {"TooManyRequests", "", &Overloaded},
};

/// Answers with these may be others the next time, also with a status such as 400 that says nothing of the kind.
constexpr const char* kPassingCodes[] = {"RequestTimeout",     "InternalError", "SlowDown",
                                         "ServiceUnavailable", "Throttling",    "TooManyRequests"};

/// For answers without a body, as a proxy or a plain server gives them.
const char* CodeOfStatus(int status) {
  switch (status) {
    case 301:
      return "PermanentRedirect";
    case 307:
      return "TemporaryRedirect";
    case 403:
      return "AccessDenied";
    case 404:
      return "NoSuchKey";
    case 501:
      return "NotImplemented";
    case 429:
      return "TooManyRequests";
    case 500:
    case 502:
    case 503:
    case 504:
      return "ServiceUnavailable";
    default:
      return "";
  }
}

}  // namespace

std::string S3ErrorCode(const HttpResponse& response) {
  std::string code = XmlText(response.body, "Code");
  return code.empty() ? CodeOfStatus(response.status) : code;
}

std::string S3BucketRegion(const HttpResponse& response) {
  std::string region = response.headers.Get("x-amz-bucket-region");
  return region.empty() ? XmlText(response.body, "Region") : region;
}

bool IsPassingS3Error(const HttpResponse& response) {
  if (response.status < 400) return false;
  const std::string code = XmlText(response.body, "Code");
  return std::any_of(std::begin(kPassingCodes), std::end(kPassingCodes),
                     [&](const char* passing) { return code == passing; });
}

S3Refusal ExplainS3Refusal(const S3Call& call, const HttpResponse& response) {
  const std::string code = S3ErrorCode(response);
  const auto* row = std::find_if(std::begin(kErrorAdvice), std::end(kErrorAdvice),
                                 [&](const ErrorAdvice& r) { return code == r.code; });
  const std::string says = XmlText(response.body, "Message").substr(0, kServerTextMax);
  S3Refusal refusal;
  refusal.message = row != std::end(kErrorAdvice) ? row->text(call, response)
                                                  : "S3 refused this request. Look its code up in the server's "
                                                    "documentation";
  refusal.message += ". Object: " + call.uri;
  if (!call.endpoint.empty()) refusal.message += ", endpoint " + call.endpoint;
  refusal.message += " (HTTP " + std::to_string(response.status) + (code.empty() ? "" : " " + code) +
                     (says.empty() ? "" : ": " + says) + ")";
  if (row != std::end(kErrorAdvice)) refusal.registry_class = row->feast_class;
  return refusal;
}

}  // namespace feast
