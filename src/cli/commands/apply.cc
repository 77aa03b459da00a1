// feast apply: publish the definitions of the feature repo
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/plan_options.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/whole_file.h"
#include "text/printable_text.h"
#include "text/redaction.h"

namespace feast::cli {

namespace {

struct ApplyCommand {
  ApplyOptions options = WholeProject();
  std::string plan_file;
  bool no_progress = false;
  /// Feast's: do not make a new version of a view the current one. Views have one version here.
  bool no_promote = false;
};

/// A new source comes with the view it is for, and a project with its first object: they go without saying.
bool GoesWithoutSaying(const ObjectChange& change, const Definitions& definitions) {
  if (change.action == Action::kDelete) return false;
  if (change.kind == ObjectKind::kProject) return definitions.project == nullptr;
  return change.kind == ObjectKind::kDataSource && change.action == Action::kCreate;
}

std::string ChangeLine(const ObjectChange& change, bool color) {
  const std::string object = " " + std::string(ObjectKindName(change.kind)) + " ";
  if (change.action == Action::kDelete)
    return "Deleted" + object + Paint(PrintableText(change.name), Color::kRed, color) + "\n";
  return "Registered" + object + Paint(PrintableText(change.name), Color::kGreen, color) + "\n";
}

std::string RenderApplied(const Plan& plan, const Definitions& definitions, bool color) {
  std::string said, unsaid;
  for (const ObjectChange& change : plan.changes) {
    (GoesWithoutSaying(change, definitions) ? unsaid : said) += ChangeLine(change, color);
  }
  if (plan.changes.empty()) said = "No changes to registry\n";
  std::string text = said.empty() ? unsaid : said;
  for (const std::string& view : plan.views_to_deploy) {
    text += "Deploying infrastructure for " + Paint(PrintableText(view), Color::kGreen, color) + "\n";
  }
  for (const std::string& view : plan.views_to_remove) {
    text += "Removing infrastructure for " + Paint(PrintableText(view), Color::kRed, color) + "\n";
  }
  return text;
}

arrow::Result<PreparedPlan> Prepare(FeatureStore& store, const ApplyCommand& command, Definitions* definitions) {
  if (!command.plan_file.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::string bytes, ReadWholeFile(command.plan_file));
    ARROW_ASSIGN_OR_RAISE(PreparedPlan prepared, store.OpenPlan(bytes, command.plan_file));
    *definitions = prepared.definitions();
    return prepared;
  }
  ARROW_ASSIGN_OR_RAISE(*definitions, store.LoadDefinitions());
  return store.Prepare(*definitions, command.options);
}

arrow::Status RunApply(const Session& session, const ApplyCommand& command) {
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  Definitions definitions;
  Progress progress("Applying changes", !command.no_progress && Progress::Wanted());
  ARROW_ASSIGN_OR_RAISE(const PreparedPlan prepared, Prepare(*store, command, &definitions));
  WriteOptions options = command.options;
  options.command = command.plan_file.empty() ? "feast apply" : "feast apply " + command.plan_file;
  if (options.allow_breaking) options.command += " --allow-breaking";
  ARROW_ASSIGN_OR_RAISE(const Plan plan, store->Commit(prepared, options));
  progress.Stop();
  session.ShowWarnings(plan.warnings);
  Print(Redacted(RenderApplied(plan, definitions, UseColor(stdout))));
  return arrow::Status::OK();
}

}  // namespace

void AddApply(Command root, Session& session) {
  const auto command = std::make_shared<ApplyCommand>();
  Command apply = root.Add("apply", "Publish the definitions of this feature repo");
  AddPlanOptions(apply, &command->options);
  AddAllowBreaking(apply, &command->options);
  AddProjectConfirm(apply, &command->options);
  apply.Argument("PLAN", &command->plan_file, "A file from 'feast plan --out': apply exactly that", /*required=*/false)
      .Flag("--no-progress", &command->no_progress, "Show no progress bar (also with FEAST_NO_PROGRESS set)")
      .Flag("--no-promote", &command->no_promote, "Accepted for Feast's sake; without effect")
      .Run([command, &session] { return RunApply(session, *command); });
}

}  // namespace feast::cli
