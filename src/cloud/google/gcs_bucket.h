// A bucket on Google Cloud Storage as a place for data.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "cloud/google/gcs_client.h"
#include "cloud/object_bucket.h"

namespace feast {

/// Looks not yet at credentials or the server. Versions are generations.
arrow::Result<std::shared_ptr<ObjectBucket>> OpenGcsBucket(const GcsOptions& options, const Variables& variables);

}  // namespace feast
