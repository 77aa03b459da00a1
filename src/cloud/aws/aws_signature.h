// AWS Signature Version 4.
//
// Our own sixty lines rather than libcurl's: libcurl 7.88 sends no x-amz-content-sha256, does not encode paths as S3
// wants them, and cannot be held against AWS's published examples, which carry their own time.
#pragma once

#include <string>

#include "arrow/result.h"
#include "cloud/aws/aws_credentials.h"
#include "cloud/clock_text.h"
#include "http/http.h"

namespace feast {

/// What a signature is good for.
struct AwsSigningScope {
  /// "us-east-1"
  std::string region;
  /// The service's signing name: "s3", "sts", "dynamodb", "redshift-data" ...
  std::string service;
};

/// The headers that sign `request` as of `now`: Authorization, X-Amz-Date, the session token if there is one and, for
/// S3, X-Amz-Content-Sha256. Every header that `request` has is signed; it must not have these yet.
arrow::Result<HttpHeaders> SignForAws(const HttpRequest& request, const AwsCredentials& credentials,
                                      const AwsSigningScope& scope, CloudTime now);

}  // namespace feast
