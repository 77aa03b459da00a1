// Opening a store, and the authoring side: plan, apply, teardown, delete.
#include "feast/feature_store.h"

#include <utility>

#include "definitions/proto.h"
#include "feast/errors.h"
#include "feature_store/stores.h"
#include "plan/find_drift.h"
#include "plan/impact.h"
#include "plan/plan_file.h"
#include "plan/planner.h"
#include "plan/protection.h"
#include "registry/registry.h"
#include "registry/registry_objects.h"
#include "registry/registry_versions.h"

namespace feast {

FeatureStore::FeatureStore(RepoConfig config, std::unique_ptr<Registry> registry, std::shared_ptr<OfflineStore> offline,
                           std::shared_ptr<HistoricalRetriever> retriever, std::unique_ptr<OnlineStore> online)
    : config_(std::move(config)),
      registry_(std::move(registry)),
      offline_(std::move(offline)),
      retriever_(std::move(retriever)),
      online_(std::move(online)) {}

FeatureStore::~FeatureStore() = default;

arrow::Result<std::shared_ptr<FeatureStore>> FeatureStore::Open(const std::filesystem::path& repo_path,
                                                                const std::filesystem::path& yaml_path) {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, RepoConfig::Load(repo_path, yaml_path));
  return Open(std::move(config));
}

arrow::Result<std::shared_ptr<FeatureStore>> FeatureStore::Open(RepoConfig config) {
  ARROW_ASSIGN_OR_RAISE(Stores stores, MakeStores(config));
  ARROW_ASSIGN_OR_RAISE(auto registry, Registry::Open(config));
  return std::shared_ptr<FeatureStore>(new FeatureStore(std::move(config), std::move(registry),
                                                        std::move(stores.offline), std::move(stores.retriever),
                                                        std::move(stores.online)));
}

arrow::Result<Plan> FeatureStore::MakePlan(const Definitions& definitions, const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->ReadProject(project()));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned,
                        PlanApply(definitions, *snapshot, *offline_, online_.get(), config_, options));
  return std::move(planned.plan);
}

arrow::Result<PlannedApply> FeatureStore::Prepare(const Definitions& definitions, const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->ReadProject(project()));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned,
                        PlanApply(definitions, *snapshot, *offline_, online_.get(), config_, options));
  if (options.whole_project) ARROW_RETURN_NOT_OK(CheckDeclaresSomething(config_, definitions, planned.plan));
  return planned;
}

arrow::Result<PlannedApply> FeatureStore::PrepareAgainst(const Definitions& definitions, const Snapshot& other,
                                                         const ApplyOptions& options) {
  return PlanApply(definitions, other, *offline_, nullptr, config_, options);
}

std::string FeatureStore::SavePlan(const PlannedApply& planned) const {
  return EncodePlanFile(planned, registry_->location());
}

arrow::Result<PlannedApply> FeatureStore::OpenPlan(const std::string& bytes, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(PlanFile file, DecodePlanFile(bytes, name));
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->ReadProject(project()));
  ARROW_RETURN_NOT_OK(CheckPlanFile(file, name, project(), registry_->location(), *snapshot));
  ApplyOptions options;
  options.whole_project = true;
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned,
                        PlanResolved(std::move(file.resolved), *snapshot, online_.get(), project(), options));
  planned.pinned = true;
  return planned;
}

arrow::Result<PlannedApply> FeatureStore::PrepareRollback(const std::string& version) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->ReadProject(project()));
  ARROW_ASSIGN_OR_RAISE(const auto target, VersionOf(*registry_, version, *snapshot));
  if (target->FindProject(project()) == nullptr && target->Names(ObjectKind::kEntity, project()).empty()) {
    return arrow::Status::Invalid("Version '", version, "' of the registry knows no project '", project(),
                                  "'. Choose a later one: 'feast registry log' lists them");
  }
  return PlanBetween(*snapshot, *target, project(), online_.get());
}

arrow::Result<Plan> FeatureStore::Commit(const PlannedApply& planned, const WriteOptions& options) {
  HistoryEntry entry;
  entry.command = options.command;
  if (!planned.plan.empty()) {
    // As of the plan: what was reviewed is what is confirmed, and the registry need not be read once more.
    ARROW_RETURN_NOT_OK(CheckConfirmed(config_, planned.registered_project.get(), planned.resolved.project.get(),
                                       options.project_confirm));
    const arrow::Status breaking = RefuseBreaking(planned.plan);
    if (!options.allow_breaking) ARROW_RETURN_NOT_OK(breaking);
    entry.allow_breaking = !breaking.ok();
  }
  Plan plan = planned.plan;
  ARROW_RETURN_NOT_OK(CommitPlan(planned, *registry_, online_.get(), std::move(entry), &plan.warnings));
  return plan;
}

arrow::Result<Plan> FeatureStore::Apply(const Definitions& definitions, const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const PlannedApply planned, Prepare(definitions, options));
  return Commit(planned, options);
}

arrow::Result<Drift> FeatureStore::FindDrift() {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->ReadProject(project()));
  return feast::FindDrift(*snapshot, project(), *offline_, online_.get());
}

arrow::Status FeatureStore::Teardown(const WriteOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->ReadProject(project()));
  ARROW_RETURN_NOT_OK(CheckConfirmed(config_, snapshot->FindProject(project()), nullptr, options.project_confirm));
  HistoryEntry entry;
  entry.command = options.command;
  return feast::Teardown(*registry_, online_.get(), project(), std::move(entry));
}

arrow::Result<bool> FeatureStore::Remove(const std::vector<ObjectKind>& kinds, const std::string& name,
                                         const WriteOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->ReadProject(project()));
  ARROW_RETURN_NOT_OK(CheckConfirmed(config_, snapshot->FindProject(project()), nullptr, options.project_confirm));
  bool found = false;
  HistoryEntry entry;
  entry.command = options.command;
  entry.project = project();
  entry.summary = "'" + name + "' deleted";
  ARROW_RETURN_NOT_OK(registry_->Commit(
      [&](core::Registry& registry) -> arrow::Result<bool> {
        RegistryEditor editor(&registry);
        found = false;
        for (const ObjectKind kind : kinds) found = editor.Remove(kind, project(), name) || found;
        return found;
      },
      std::move(entry)));
  return found;
}

arrow::Status FeatureStore::DeleteFeatureView(const std::string& name, const WriteOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const bool found, Remove({ObjectKind::kFeatureView, ObjectKind::kOnDemandFeatureView,
                                                  ObjectKind::kStreamFeatureView},
                                                 name, options));
  if (found) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(true));
  return NamedError("FeatureViewNotFoundException",
                    "Feature view '" + name + "' does not exist in project '" + project() + "'." +
                        DidYouMean(name, snapshot->Names(ObjectKind::kFeatureView, project())));
}

arrow::Status FeatureStore::DeleteFeatureService(const std::string& name, const WriteOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const bool found, Remove({ObjectKind::kFeatureService}, name, options));
  if (found) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(true));
  return NamedError("FeatureServiceNotFoundException",
                    "Feature service '" + name + "' does not exist in project '" + project() + "'." +
                        DidYouMean(name, snapshot->Names(ObjectKind::kFeatureService, project())));
}

}  // namespace feast
