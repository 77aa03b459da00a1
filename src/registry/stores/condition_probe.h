// Whether a server heeds the conditions of writes. Some that speak S3's protocol ignore them, and would lose updates.
#pragma once

#include <string>

#include "arrow/status.h"
#include "cloud/object_store.h"

namespace feast {

/// Checks, once for each bucket of a configured endpoint in this process; the clouds' own endpoints are known to be
/// good. `key` is the registry's; the check uses "<key>.probe-<random>" and leaves nothing behind on a good server.
/// With `registry_exists` false it writes that object, to see a second write refused, and deletes it. Invalid when
/// conditions are ignored.
arrow::Status CheckWriteConditions(ObjectStore& objects, const std::string& key, bool registry_exists);

}  // namespace feast
