// Where a bucket's objects are.
#pragma once

#include <string>

#include "arrow/result.h"
#include "cloud/aws/aws_profiles.h"
#include "system/variables.h"

namespace feast {

struct S3Endpoint {
  /// As configured; "" for AWS's own, with what configured it.
  std::string custom, source;
  /// AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT.
  bool fips = false, dual_stack = false;
  /// At a custom endpoint too, the bucket is part of the host.
  bool virtual_host = false;

  /// The URL of an object, encoded. At a custom endpoint, and for buckets with dots (which no certificate covers), the
  /// bucket is the first part of the path; else of the host.
  std::string ObjectUrl(const std::string& bucket, const std::string& key, const std::string& region) const;
};

/// `endpoint` (configured by `source`), else what AWS's tools would use. Invalid when it is no URL.
arrow::Result<S3Endpoint> FindS3Endpoint(const std::string& endpoint, const std::string& source,
                                         const Variables& variables, const AwsProfiles& profiles);

}  // namespace feast
