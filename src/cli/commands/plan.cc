// feast plan: what apply would do
#include <cstdlib>
#include <memory>

#include "cli/commands.h"
#include "cli/plan_options.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/whole_file.h"
#include "plan/render/render_drift.h"
#include "plan/render/render_json.h"
#include "plan/render/render_markdown.h"
#include "plan/render/render_text.h"

namespace feast::cli {

namespace {

// docs/plan.md documents these.
constexpr int kExitChanges = 2;
constexpr int kExitSevere = 3;

struct PlanCommand {
  ApplyOptions options = WholeProject();
  std::string format = "text";
  std::string out, against, fail_on;
  bool detailed_exit_code = false;
  bool drift = false;
};

arrow::Status Check(const PlanCommand& command) {
  if (command.drift && !(command.against.empty() && command.out.empty() && command.fail_on.empty())) {
    return UsageError("--drift looks at what is registered; it does not go with --against, --out or --fail-on.");
  }
  if (command.drift && command.format != "text" && command.format != "json") {
    return UsageError("--drift is shown as text or json.");
  }
  if (!command.out.empty() && !command.against.empty()) {
    return UsageError("--out writes a plan to apply; a comparison with --against cannot be applied.");
  }
  return arrow::Status::OK();
}

arrow::Status Show(const Plan& plan, const std::string& format) {
  if (format == "json") {
    Print(RenderPlanJson(plan));
  } else if (format == "markdown") {
    Print(RenderPlanMarkdown(plan));
  } else {
    Print(RenderPlanText(plan, UseColor(stdout)));
  }
  if (format != "github") return arrow::Status::OK();
  Print(RenderPlanAnnotations(plan));
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (summary == nullptr || *summary == '\0') return arrow::Status::OK();
  return AppendToFile(summary, RenderPlanMarkdown(plan));
}

arrow::Status Conclude(const Plan& plan, const PlanCommand& command) {
  const Severity worst = plan.severity();
  if (command.fail_on == "breaking" && worst == Severity::kBreaking) return ExitCode(kExitSevere);
  if (command.fail_on == "risky" && worst >= Severity::kRisky) return ExitCode(kExitSevere);
  return ExitCode(command.detailed_exit_code && !plan.empty() ? kExitChanges : 0);
}

arrow::Status RunDrift(FeatureStore& store, const PlanCommand& command) {
  Progress progress("Looking at the sources and tables", Progress::Wanted());
  ARROW_ASSIGN_OR_RAISE(const Drift drift, store.FindDrift());
  progress.Stop();
  Print(command.format == "json" ? RenderDriftJson(drift) : RenderDriftText(drift));
  return ExitCode(command.detailed_exit_code && !drift.items.empty() ? kExitChanges : 0);
}

arrow::Result<Plan> MakePlan(FeatureStore& store, const PlanCommand& command) {
  ARROW_ASSIGN_OR_RAISE(const Definitions definitions, store.LoadDefinitions());
  Progress progress("Comparing with the registry and the sources", Progress::Wanted());
  if (!command.against.empty()) return store.MakePlanAgainst(definitions, command.against, command.options);
  ARROW_ASSIGN_OR_RAISE(const PreparedPlan prepared, store.Prepare(definitions, command.options));
  progress.Stop();
  if (!command.out.empty()) ARROW_RETURN_NOT_OK(WriteWholeFile(command.out, store.SavePlan(prepared)));
  return prepared.plan();
}

arrow::Status RunPlan(const Session& session, const PlanCommand& command) {
  ARROW_RETURN_NOT_OK(Check(command));
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  if (command.drift) return RunDrift(*store, command);
  ARROW_ASSIGN_OR_RAISE(const Plan plan, MakePlan(*store, command));
  session.ShowWarnings(plan.warnings);
  ARROW_RETURN_NOT_OK(Show(plan, command.format));
  return Conclude(plan, command);
}

}  // namespace

void AddPlan(Command root, Session& session) {
  const auto command = std::make_shared<PlanCommand>();
  AddPlanOptions(root.Add("plan", "Show what apply would change, changing nothing"), &command->options)
      .Choice("--format", &command->format, {"text", "json", "markdown", "github"},
              "For people, programs, pull-request comments, or GitHub workflows")
      .Option("--out", &command->out, "Also write the plan to this file, for 'feast apply FILE'")
      .Option("--against", &command->against,
              "Compare with another registry (URI or file), feature repo (folder) or Git commit")
      .Flag("--drift", &command->drift, "Instead compare what is registered with sources and online tables as they are")
      .Flag("--detailed-exitcode", &command->detailed_exit_code, "Exit with 0: nothing to change, 1: error, 2: changes")
      .Choice("--fail-on", &command->fail_on, {"breaking", "risky"}, "Exit with 3 when a change is that severe")
      .Run([command, &session] { return RunPlan(session, *command); });
}

}  // namespace feast::cli
