// Google Cloud Storage, by its JSON API.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "cloud/google/gcs_client.h"
#include "cloud/object_store.h"
#include "system/variables.h"

namespace feast {

/// STORAGE_EMULATOR_HOST, when set, is asked instead of Google, without credentials. Invalid when it is no address.
arrow::Result<std::unique_ptr<ObjectStore>> MakeGcsObjectStore(const GcsOptions& options,
                                                               const Variables& variables = ProcessVariables());

}  // namespace feast
