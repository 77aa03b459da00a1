// feast plan: what apply would do
#include <memory>

#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/plan_options.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "plan/render_json.h"
#include "plan/render_text.h"
#include "repo/load_definitions.h"

namespace feast::cli {

namespace {

struct PlanCommand {
  ApplyOptions options = WholeProject();
  std::string format = "text";
};

arrow::Status RunPlan(const Session& session, const PlanCommand& command) {
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  ARROW_ASSIGN_OR_RAISE(const Definitions definitions, LoadDefinitions(store->config()));
  Progress progress("Comparing with the registry and the sources", Progress::Wanted());
  ARROW_ASSIGN_OR_RAISE(const Plan plan, store->MakePlan(definitions, command.options));
  progress.Stop();
  Print(command.format == "json" ? RenderPlanJson(plan) : RenderPlanText(plan, UseColor(stdout)));
  return arrow::Status::OK();
}

}  // namespace

void AddPlan(Command root, Session& session) {
  const auto command = std::make_shared<PlanCommand>();
  AddFormatOption(AddPlanOptions(root.Add("plan", "Show what apply would change, changing nothing"), &command->options),
                  &command->format)
      .Run([command, &session] { return RunPlan(session, *command); });
}

}  // namespace feast::cli
