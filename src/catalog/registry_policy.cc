#include "catalog/registry_policy.h"

namespace feast {

arrow::Result<std::string> RegistryPolicy(const RegistryConfig& registry, const AccessGrants& grants, PolicyForm form) {
  const bool is_s3 = registry.path.starts_with("s3://"), is_gcs = registry.path.starts_with("gs://");
  if (!is_s3 && !is_gcs) {
    return arrow::Status::Invalid(
        "Policies are for registries on s3:// and gs://. Who may write a file or a database is said with its own "
        "permissions: chmod, GRANT. Registry: ",
        registry.registry_type == "sql" ? "a database" : registry.path);
  }
  if (is_s3 && form == PolicyForm::kGcloudCommands) {
    return arrow::Status::Invalid("Commands of gcloud are for registries on gs://, not ", registry.path,
                                  ". Ask for the policy as JSON");
  }
  ARROW_ASSIGN_OR_RAISE(const ObjectLocation location, ParseObjectLocation(registry.path));
  if (is_s3) return S3BucketPolicy(location, grants);
  return form == PolicyForm::kJson ? GcsIamPolicy(location, grants) : GcsIamCommands(location, grants);
}

}  // namespace feast
