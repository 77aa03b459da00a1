#include "registry/registry_object.h"

#include <map>
#include <utility>

#include "cloud/aws/s3_object_store.h"
#include "cloud/google/gcs_object_store.h"

namespace feast {

namespace {

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

}  // namespace

bool IsOptionSet(const RegistryConfig& config, const char* option) {
  const auto found = config.options.find(option);
  const bool* value = found == config.options.end() ? nullptr : found->second.As<bool>();
  return value != nullptr && *value;
}

arrow::Result<ObjectLocation> ParseObjectLocation(const std::string& path) {
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

arrow::Result<RegistryObject> OpenS3RegistryObject(const RegistryConfig& config, DeniedRead denied_read) {
  ARROW_ASSIGN_OR_RAISE(ObjectLocation location, ParseObjectLocation(config.path));
  S3Options options;
  options.bucket = location.bucket;
  options.endpoint = ProcessVariables()("FEAST_S3_ENDPOINT_URL");
  if (!options.endpoint.empty()) options.endpoint_source = "FEAST_S3_ENDPOINT_URL";
  options.anonymous = IsOptionSet(config, "anonymous");
  options.put_arguments = TextMap(config, "s3_additional_kwargs");
  options.denied_is_absent = denied_read == DeniedRead::kMeansAbsent;
  ARROW_ASSIGN_OR_RAISE(auto objects, MakeS3ObjectStore(options));
  return RegistryObject{std::move(objects), std::move(location.key)};
}

arrow::Result<RegistryObject> OpenGcsRegistryObject(const RegistryConfig& config) {
  ARROW_ASSIGN_OR_RAISE(ObjectLocation location, ParseObjectLocation(config.path));
  ARROW_ASSIGN_OR_RAISE(auto objects, MakeGcsObjectStore({location.bucket, IsOptionSet(config, "anonymous")}));
  return RegistryObject{std::move(objects), std::move(location.key)};
}

}  // namespace feast
