// feast registry policy: what to tell the cloud so that only CI writes the registry
#include "catalog/registry_policy.h"

#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/terminal.h"

namespace feast::cli {

namespace {

struct PolicyCommand {
  AccessGrants grants;
  std::string format = "json";
};

arrow::Status RunPolicy(const Session& session, const PolicyCommand& command) {
  if (command.grants.writers.empty()) return UsageError("--writer is needed: who may write, such as your CI's role.");
  ARROW_ASSIGN_OR_RAISE(const RepoConfig config, session.LoadConfig());
  if (command.format == "gcloud" && config.registry.path.starts_with("s3://")) {
    return UsageError("--format gcloud is for registries on gs://.");
  }
  const auto form = command.format == "gcloud" ? PolicyForm::kGcloudCommands : PolicyForm::kJson;
  ARROW_ASSIGN_OR_RAISE(const std::string text, RegistryPolicy(config.registry, command.grants, form));
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
