#include "registry/object_registry_store.h"

#include <map>
#include <utility>

#include "cloud/gcs_object_store.h"
#include "cloud/s3_object_store.h"
#include "registry/condition_probe.h"

namespace feast {

namespace {

/// "s3://bucket/some/key" in its parts.
struct ObjectLocation {
  std::string bucket, key;
};

arrow::Result<ObjectLocation> ParseLocation(const std::string& path) {
  const size_t bucket = path.find("://") + 3;
  const size_t slash = path.find('/', bucket);
  ObjectLocation location;
  location.bucket = path.substr(bucket, slash == std::string::npos ? slash : slash - bucket);
  if (slash != std::string::npos) location.key = path.substr(slash + 1);
  if (location.bucket.empty() || location.key.empty() || location.key.ends_with('/')) {
    return arrow::Status::Invalid("The registry's path must name a bucket and an object in it, such as ",
                                  path.substr(0, bucket), location.bucket.empty() ? "my-bucket" : location.bucket,
                                  "/registry.db. Path: ", path);
  }
  return location;
}

bool IsSet(const RegistryConfig& config, const char* option) {
  const auto found = config.options.find(option);
  const bool* value = found == config.options.end() ? nullptr : found->second.As<bool>();
  return value != nullptr && *value;
}

std::map<std::string, std::string> TextMap(const RegistryConfig& config, const char* option) {
  std::map<std::string, std::string> texts;
  const auto found = config.options.find(option);
  const auto* map = found == config.options.end() ? nullptr : found->second.As<ConfigValue::Map>();
  if (map == nullptr) return texts;
  for (const auto& [name, value] : *map) {
    if (const auto* text = value.As<std::string>()) texts[name] = *text;
  }
  return texts;
}

std::unique_ptr<RegistryStore> StoreOn(std::unique_ptr<ObjectStore> objects, std::string key,
                                       const RegistryConfig& config) {
  return std::make_unique<ObjectRegistryStore>(std::move(objects), std::move(key),
                                               IsSet(config, "allow_unconditional_writes"));
}

}  // namespace

ObjectRegistryStore::ObjectRegistryStore(std::unique_ptr<ObjectStore> objects, std::string key,
                                         bool allow_unconditional)
    : objects_(std::move(objects)), key_(std::move(key)), allow_unconditional_(allow_unconditional) {}

arrow::Result<RegistryBytes> ObjectRegistryStore::LoadIfChanged(const std::string& known_version) {
  ARROW_ASSIGN_OR_RAISE(FetchedObject fetched, objects_->Get(key_, known_version));
  if (fetched.state == FetchedObject::State::kAbsent) return RegistryBytes{};
  return RegistryBytes{true, std::move(fetched.bytes), std::move(fetched.version)};
}

arrow::Result<CommitResult> ObjectRegistryStore::Commit(const std::string& bytes, const std::string& expected_version) {
  if (allow_unconditional_) return CommitUnconditionally(bytes, expected_version);
  const bool exists = !expected_version.empty();
  ARROW_RETURN_NOT_OK(CheckWriteConditions(*objects_, key_, exists));
  ARROW_ASSIGN_OR_RAISE(
      WrittenObject written,
      objects_->Put(key_, bytes, exists ? WriteCondition::Version(expected_version) : WriteCondition::Absent()));
  if (written.conflict) return CommitResult{CommitOutcome::kConflict, {}};
  return CommitResult{CommitOutcome::kCommitted, std::move(written.version)};
}

/// Looks before it writes, which leaves a moment in which another's write is lost.
arrow::Result<CommitResult> ObjectRegistryStore::CommitUnconditionally(const std::string& bytes,
                                                                       const std::string& expected_version) {
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, LoadIfChanged(expected_version));
  if (current.version != expected_version) return CommitResult{CommitOutcome::kConflict, {}};
  ARROW_ASSIGN_OR_RAISE(WrittenObject written, objects_->Put(key_, bytes, WriteCondition::None()));
  return CommitResult{CommitOutcome::kCommitted, std::move(written.version)};
}

arrow::Result<std::unique_ptr<RegistryStore>> MakeS3RegistryStore(const RegistryConfig& config) {
  ARROW_ASSIGN_OR_RAISE(ObjectLocation location, ParseLocation(config.path));
  S3Options options;
  options.bucket = location.bucket;
  options.endpoint = ProcessVariables()("FEAST_S3_ENDPOINT_URL");
  if (!options.endpoint.empty()) options.endpoint_source = "FEAST_S3_ENDPOINT_URL";
  options.anonymous = IsSet(config, "anonymous");
  options.put_arguments = TextMap(config, "s3_additional_kwargs");
  ARROW_ASSIGN_OR_RAISE(auto objects, MakeS3ObjectStore(options));
  return StoreOn(std::move(objects), std::move(location.key), config);
}

arrow::Result<std::unique_ptr<RegistryStore>> MakeGcsRegistryStore(const RegistryConfig& config) {
  ARROW_ASSIGN_OR_RAISE(ObjectLocation location, ParseLocation(config.path));
  ARROW_ASSIGN_OR_RAISE(auto objects, MakeGcsObjectStore({location.bucket, IsSet(config, "anonymous")}));
  return StoreOn(std::move(objects), std::move(location.key), config);
}

}  // namespace feast
