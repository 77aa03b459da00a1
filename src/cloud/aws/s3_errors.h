// What S3 says when it refuses, as an error with one thing to do.
#pragma once

#include <string>

#include "arrow/status.h"
#include "http/http.h"

namespace feast {

/// What was asked.
struct S3Call {
  /// "GET", "PUT" or "DELETE".
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
arrow::Status S3Error(const S3Call& call, const HttpResponse& response);

}  // namespace feast
