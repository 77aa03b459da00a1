// What S3 says when it refuses, as an error with one thing to do.
#pragma once

#include <string>

#include "http/http.h"

namespace feast {

/// What was asked.
struct S3Call {
  /// "GET", "HEAD", "PUT", "POST" or "DELETE".
  std::string method;
  std::string bucket, uri, region;
  /// Where the credentials came from; "" for an anonymous request.
  std::string credentials;
  /// The configured endpoint with what configured it; "" for AWS's own.
  std::string endpoint;
};

/// The <Code> of an error answer, or the one its status stands for: "AccessDenied" for 403 and so on.
std::string S3ErrorCode(const HttpResponse& response);
/// The region that the bucket is really in, when the answer tells; else "".
std::string S3BucketRegion(const HttpResponse& response);
/// Whether the server's error passes: "InternalError", "RequestTimeout" and the like, whatever the status.
bool IsPassingS3Error(const HttpResponse& response);

struct S3Refusal {
  /// What happened, one thing to do, then the object and what the server says.
  std::string message;
  /// The class that Feast has for the registry's error, or "".
  std::string registry_class;
};
S3Refusal ExplainS3Refusal(const S3Call& call, const HttpResponse& response);

}  // namespace feast
