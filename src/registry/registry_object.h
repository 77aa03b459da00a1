// The object in a bucket that a configuration's registry path names.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "cloud/object_store.h"
#include "feast/repo_config.h"

namespace feast {

/// "s3://bucket/some/key" in its parts; neither is empty, and the key names an object, not a folder.
struct ObjectLocation {
  std::string bucket, key;
};

/// A place in a bucket, and the way there.
struct RegistryObject {
  std::unique_ptr<ObjectStore> objects;
  std::string key;
};

/// What S3's AccessDenied means for a read. To whoever may not list the bucket, S3 says it of absent objects too.
enum class DeniedRead { kIsAnError, kMeansAbsent };

/// Invalid when `path` does not name a bucket and an object in it.
arrow::Result<ObjectLocation> ParseObjectLocation(const std::string& path);
/// For a registry path "s3://…", with the options under `registry` that concern it. Asks the server nothing.
arrow::Result<RegistryObject> OpenS3RegistryObject(const RegistryConfig& config, DeniedRead denied_read);
/// The same for "gs://…". Google says honestly what is absent.
arrow::Result<RegistryObject> OpenGcsRegistryObject(const RegistryConfig& config);
/// Whether a yes-or-no option under `registry` is set to yes.
bool IsOptionSet(const RegistryConfig& config, const char* option);

}  // namespace feast
