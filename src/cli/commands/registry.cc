// feast registry: the versions of the registry, what differs between two, and going back to one
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "catalog/registry_log.h"
#include "cli/commands.h"
#include "cli/listing_output.h"
#include "cli/plan_options.h"
#include "cli/terminal.h"
#include "plan/render/render_json.h"
#include "plan/render/render_markdown.h"
#include "plan/render/render_text.h"

namespace feast::cli {

namespace {

struct LogCommand {
  std::string limit = "20", format = "text";
};

struct DiffCommand {
  std::string before, after = "current", format = "text";
};

struct RollbackCommand {
  std::string version;
  bool dry_run = false;
  WriteOptions options;
};

arrow::Result<RegistryLog> OpenLog(const Session& session) {
  ARROW_ASSIGN_OR_RAISE(const RepoConfig config, session.LoadRegistryConfig());
  return RegistryLog::Open(config);
}

arrow::Status RunLog(const Session& session, const LogCommand& command) {
  const bool is_count =
      command.limit.size() < 10 && !command.limit.empty() &&
      std::all_of(command.limit.begin(), command.limit.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_count || std::stoll(command.limit) == 0) {
    return UsageError("--limit takes a number of versions, not '" + command.limit + "'.");
  }
  ARROW_ASSIGN_OR_RAISE(RegistryLog log, OpenLog(session));
  ARROW_ASSIGN_OR_RAISE(const Listing versions, log.Versions(std::stoll(command.limit)));
  PrintListing(versions, command.format);
  return arrow::Status::OK();
}

arrow::Status RunDiff(const Session& session, const DiffCommand& command) {
  ARROW_ASSIGN_OR_RAISE(RegistryLog log, OpenLog(session));
  ARROW_ASSIGN_OR_RAISE(const Plan difference, log.Difference(command.before, command.after));
  if (command.format == "json") {
    Print(RenderPlanJson(difference));
  } else if (command.format == "markdown") {
    Print(RenderPlanMarkdown(difference));
  } else {
    Print(RenderPlanText(difference, UseColor(stdout)));
  }
  return arrow::Status::OK();
}

arrow::Status RunRollback(const Session& session, const RollbackCommand& command) {
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  ARROW_ASSIGN_OR_RAISE(const PreparedPlan prepared, store->PrepareRollback(command.version));
  Print(RenderPlanText(prepared.plan(), UseColor(stdout)));
  if (command.dry_run) return arrow::Status::OK();
  if (prepared.plan().empty()) {
    Print("\nThe project is as it was in version " + command.version + "; nothing was changed.\n");
    return arrow::Status::OK();
  }
  WriteOptions options = command.options;
  options.command = "feast registry rollback " + command.version;
  if (options.allow_breaking) options.command += " --allow-breaking";
  ARROW_RETURN_NOT_OK(store->Commit(prepared, options).status());
  Print("\nRolled back to version " + command.version + ".\n");
  return arrow::Status::OK();
}

}  // namespace

Command AddRegistry(Command root, Session& session) {
  Command group =
      root.Add("registry", "The registry's history (versions, differences, going back) and who may write it");

  const auto log = std::make_shared<LogCommand>();
  AddFormatOption(group.Add("log", "List the versions of the registry, newest first: who made them, when and how")
                      .Option("--limit", &log->limit, "How many (20)"),
                  &log->format)
      .Run([log, &session] { return RunLog(session, *log); });

  const auto diff = std::make_shared<DiffCommand>();
  group.Add("diff", "Show what changed in this project between two versions")
      .Argument("A", &diff->before, "A version: its number, the beginning of its id, or 'current'")
      .Argument("B", &diff->after, "Another version; 'current' when not given", /*required=*/false)
      .Choice("--format", &diff->format, {"text", "json", "markdown"}, "For people, programs, or comments")
      .Run([diff, &session] { return RunDiff(session, *diff); });

  const auto rollback = std::make_shared<RollbackCommand>();
  rollback->options.allow_breaking = false;
  Command its = group.Add("rollback", "Show and make the changes that bring this project back to a version");
  AddAllowBreaking(its, &rollback->options);
  AddProjectConfirm(its, &rollback->options);
  its.Argument("VERSION", &rollback->version, "A version: its number or the beginning of its id")
      .Flag("--dry-run", &rollback->dry_run, "Only show the changes")
      .Run([rollback, &session] { return RunRollback(session, *rollback); });
  AddRegistryPolicy(group, session);
  return group;
}

}  // namespace feast::cli
