// Opening a store, and the authoring side: plan, apply, teardown, delete.
#include "feast/feature_store.h"

#include <utility>

#include "definitions/proto.h"
#include "feast/errors.h"
#include "feature_store/comparison_base.h"
#include "feature_store/feature_store_parts.h"
#include "feature_store/stores.h"
#include "plan/find_drift.h"
#include "plan/impact.h"
#include "plan/plan_file.h"
#include "plan/protection.h"
#include "registry/registry_objects.h"
#include "registry/registry_versions.h"
#include "repo/load_definitions.h"
#include "text/did_you_mean.h"
#include "text/redaction.h"

namespace feast {

const Plan& PreparedPlan::plan() const { return parts_->planned.plan; }

const Definitions& PreparedPlan::definitions() const { return parts_->planned.resolved; }

PreparedPlan::PreparedPlan(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

namespace {

PreparedPlan Prepared(PlannedApply planned) {
  return PreparedPlan(std::make_shared<const PreparedPlan::Parts>(PreparedPlan::Parts{std::move(planned)}));
}

}  // namespace

FeatureStore::FeatureStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

FeatureStore::~FeatureStore() = default;

arrow::Result<std::shared_ptr<FeatureStore>> FeatureStore::Open(const std::filesystem::path& repo_path,
                                                                const std::filesystem::path& yaml_path) {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, RepoConfig::Load(repo_path, yaml_path));
  return Open(std::move(config));
}

arrow::Result<std::shared_ptr<FeatureStore>> FeatureStore::Open(RepoConfig config) {
  ARROW_ASSIGN_OR_RAISE(Stores stores, MakeStores(config));
  ARROW_ASSIGN_OR_RAISE(auto registry, Registry::Open(config));
  auto parts = std::make_unique<Parts>(Parts{std::move(config), std::move(registry), std::move(stores.offline),
                                             std::move(stores.retriever), std::move(stores.online)});
  if (parts->online) parts->planner = MakeServingPlanner(parts->config, *parts->registry, *parts->online);
  return std::make_shared<FeatureStore>(std::move(parts));
}

const RepoConfig& FeatureStore::config() const { return parts_->config; }

const std::string& FeatureStore::project() const { return parts_->config.project; }

arrow::Result<Definitions> FeatureStore::LoadDefinitions() const { return feast::LoadDefinitions(parts_->config); }

arrow::Result<Plan> FeatureStore::MakePlan(const Definitions& definitions, const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->ReadProject(project()));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned, PlanApply(definitions, *snapshot, *parts_->offline, parts_->online.get(),
                                                        parts_->config, options));
  return std::move(planned.plan);
}

arrow::Result<Plan> FeatureStore::MakePlanAgainst(const Definitions& definitions, const std::string& other,
                                                  const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto base, ReadComparisonBase(other, *this, options));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned,
                        PlanApply(definitions, *base, *parts_->offline, nullptr, parts_->config, options));
  planned.plan.against = Redacted(other);
  return std::move(planned.plan);
}

arrow::Result<PreparedPlan> FeatureStore::Prepare(const Definitions& definitions, const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->ReadProject(project()));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned, PlanApply(definitions, *snapshot, *parts_->offline, parts_->online.get(),
                                                        parts_->config, options));
  if (options.whole_project) ARROW_RETURN_NOT_OK(CheckDeclaresSomething(parts_->config, definitions, planned.plan));
  return Prepared(std::move(planned));
}

std::string FeatureStore::SavePlan(const PreparedPlan& prepared) const {
  return EncodePlanFile(prepared.parts().planned, parts_->registry->location());
}

arrow::Result<PreparedPlan> FeatureStore::OpenPlan(const std::string& bytes, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(PlanFile file, DecodePlanFile(bytes, name));
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->ReadProject(project()));
  ARROW_RETURN_NOT_OK(CheckPlanFile(file, name, project(), parts_->registry->location(), *snapshot));
  ApplyOptions options;
  options.whole_project = true;
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned,
                        PlanResolved(std::move(file.resolved), *snapshot, parts_->online.get(), project(), options));
  planned.pinned = true;
  return Prepared(std::move(planned));
}

arrow::Result<PreparedPlan> FeatureStore::PrepareRollback(const std::string& version) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->ReadProject(project()));
  ARROW_ASSIGN_OR_RAISE(const auto target, VersionOf(*parts_->registry, version, *snapshot));
  if (target->FindProject(project()) == nullptr && target->Names(ObjectKind::kEntity, project()).empty()) {
    return arrow::Status::Invalid("Version '", version, "' of the registry knows no project '", project(),
                                  "'. Choose a later one: 'feast registry log' lists them");
  }
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned, PlanBetween(*snapshot, *target, project(), parts_->online.get()));
  return Prepared(std::move(planned));
}

arrow::Result<Plan> FeatureStore::Commit(const PreparedPlan& prepared, const WriteOptions& options) {
  const PlannedApply& planned = prepared.parts().planned;
  HistoryEntry entry;
  entry.command = options.command;
  if (!planned.plan.empty()) {
    // As of the plan: what was reviewed is what is confirmed, and the registry need not be read once more.
    ARROW_RETURN_NOT_OK(CheckConfirmed(parts_->config, planned.registered_project.get(), planned.resolved.project.get(),
                                       options.project_confirm));
    const arrow::Status breaking = RefuseBreaking(planned.plan);
    if (!options.allow_breaking) ARROW_RETURN_NOT_OK(breaking);
    entry.allow_breaking = !breaking.ok();
  }
  Plan plan = planned.plan;
  ARROW_RETURN_NOT_OK(CommitPlan(planned, *parts_->registry, parts_->online.get(), std::move(entry), &plan.warnings));
  return plan;
}

arrow::Result<Plan> FeatureStore::Apply(const Definitions& definitions, const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const PreparedPlan prepared, Prepare(definitions, options));
  return Commit(prepared, options);
}

arrow::Result<Drift> FeatureStore::FindDrift() {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->ReadProject(project()));
  return feast::FindDrift(*snapshot, project(), *parts_->offline, parts_->online.get());
}

arrow::Status FeatureStore::Teardown(const WriteOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->ReadProject(project()));
  ARROW_RETURN_NOT_OK(
      CheckConfirmed(parts_->config, snapshot->FindProject(project()), nullptr, options.project_confirm));
  HistoryEntry entry;
  entry.command = options.command;
  return feast::Teardown(*parts_->registry, parts_->online.get(), project(), std::move(entry));
}

namespace {

/// Whether there was an object of this name and one of these kinds, which is gone now.
arrow::Result<bool> Remove(const FeatureStore::Parts& parts, const std::vector<ObjectKind>& kinds,
                           const std::string& name, const WriteOptions& options) {
  const std::string& project = parts.config.project;
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts.registry->ReadProject(project));
  ARROW_RETURN_NOT_OK(CheckConfirmed(parts.config, snapshot->FindProject(project), nullptr, options.project_confirm));
  bool found = false;
  HistoryEntry entry;
  entry.command = options.command;
  entry.project = project;
  entry.summary = "'" + name + "' deleted";
  ARROW_RETURN_NOT_OK(parts.registry->Commit(
      [&](core::Registry& registry) -> arrow::Result<bool> {
        RegistryEditor editor(&registry);
        found = false;
        for (const ObjectKind kind : kinds) found = editor.Remove(kind, project, name) || found;
        return found;
      },
      std::move(entry)));
  return found;
}

}  // namespace

arrow::Status FeatureStore::DeleteFeatureView(const std::string& name, const WriteOptions& options) {
  ARROW_ASSIGN_OR_RAISE(
      const bool found,
      Remove(*parts_, {ObjectKind::kFeatureView, ObjectKind::kOnDemandFeatureView, ObjectKind::kStreamFeatureView},
             name, options));
  if (found) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(true));
  return NamedError("FeatureViewNotFoundException",
                    "Feature view '" + name + "' does not exist in project '" + project() + "'." +
                        DidYouMean(name, snapshot->Names(ObjectKind::kFeatureView, project())));
}

arrow::Status FeatureStore::DeleteFeatureService(const std::string& name, const WriteOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const bool found, Remove(*parts_, {ObjectKind::kFeatureService}, name, options));
  if (found) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(true));
  return NamedError("FeatureServiceNotFoundException",
                    "Feature service '" + name + "' does not exist in project '" + project() + "'." +
                        DidYouMean(name, snapshot->Names(ObjectKind::kFeatureService, project())));
}

}  // namespace feast
