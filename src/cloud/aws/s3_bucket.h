// A bucket on S3 as a place for data.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "cloud/aws/s3_client.h"
#include "cloud/object_bucket.h"

namespace feast {

/// Looks at profiles, not yet at credentials or the server. Versions are ETags, and times of change where there are
/// none.
arrow::Result<std::shared_ptr<ObjectBucket>> OpenS3Bucket(const S3ClientOptions& options, const Variables& variables);

}  // namespace feast
