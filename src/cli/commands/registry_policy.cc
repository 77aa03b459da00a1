// feast registry policy: what to tell the cloud so that only CI writes the registry
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "registry/access_policy.h"

namespace feast::cli {

namespace {

struct PolicyCommand {
  AccessGrants grants;
  std::string format = "json";
};

arrow::Status RunPolicy(const Session& session, const PolicyCommand& command) {
  if (command.grants.writers.empty()) return UsageError("--writer is needed: who may write, such as your CI's role.");
  ARROW_ASSIGN_OR_RAISE(const RepoConfig config, session.LoadConfig());
  const std::string& path = config.registry.path;
  const bool is_s3 = path.starts_with("s3://"), is_gcs = path.starts_with("gs://");
  if (!is_s3 && !is_gcs) {
    return arrow::Status::Invalid(
        "Policies are for registries on s3:// and gs://. Who may write a file or a database is said with its own "
        "permissions: chmod, GRANT. Registry: ",
        config.registry.registry_type == "sql" ? "a database" : path);
  }
  ARROW_ASSIGN_OR_RAISE(const ObjectLocation location, ParseObjectLocation(path));
  if (is_s3 && command.format == "gcloud") return UsageError("--format gcloud is for registries on gs://.");
  ARROW_ASSIGN_OR_RAISE(const std::string text, is_s3                        ? S3BucketPolicy(location, command.grants)
                                                : command.format == "gcloud" ? GcsIamCommands(location, command.grants)
                                                                             : GcsIamPolicy(location, command.grants));
  Print(text);
  return arrow::Status::OK();
}

}  // namespace

void AddRegistryPolicy(Command registry_group, Session& session) {
  const auto command = std::make_shared<PolicyCommand>();
  registry_group.Add("policy", "Print the bucket policy that lets only CI write the registry")
      .Repeated("--writer", &command->grants.writers,
                "Who may write: the ARN of a role or user, or a Google member such as serviceAccount:NAME")
      .Repeated("--reader", &command->grants.readers,
                "Who may read: likewise, or an AWS account's number; on S3 the writer's account when not given")
      .Choice("--format", &command->format, {"json", "gcloud"}, "The policy itself, or (gs://) commands that add to it")
      .Flag("--without-conditions", &command->grants.without_conditions,
            "For servers other than AWS: leave out condition keys, and take any name for a principal")
      .Run([command, &session] { return RunPolicy(session, *command); });
}

}  // namespace feast::cli
