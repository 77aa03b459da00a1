// What to tell a cloud so that only some may write a registry and its history. docs/security.md explains the outcome.
#pragma once

#include <string>
#include <vector>

#include "arrow/result.h"
#include "registry/registry_object.h"

namespace feast {

struct AccessGrants {
  /// Who may write, and read: ARNs of roles and users on S3, "serviceAccount:…" and the like on Google.
  std::vector<std::string> writers;
  /// Who may read. On S3, an account's number stands for everyone whom that account lets; when there is none, it is
  /// the account of the first writer.
  std::vector<std::string> readers;
  /// S3 only: leave out what servers other than AWS may not know: that nobody else may write whatever else allows it,
  /// and that writes must be conditional.
  bool without_conditions = false;
};

/// A bucket policy, as `aws s3api put-bucket-policy` takes it. Invalid for what cannot be a principal of such a policy.
arrow::Result<std::string> S3BucketPolicy(const ObjectLocation& registry, const AccessGrants& grants);
/// An IAM policy, as `gcloud storage buckets set-iam-policy` takes it. Invalid for what cannot be a member of it.
arrow::Result<std::string> GcsIamPolicy(const ObjectLocation& registry, const AccessGrants& grants);
/// The same as gcloud commands, which leave the bucket's other bindings as they are.
arrow::Result<std::string> GcsIamCommands(const ObjectLocation& registry, const AccessGrants& grants);

}  // namespace feast
