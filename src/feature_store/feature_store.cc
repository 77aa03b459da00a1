// Opening a store, and the authoring side: plan, apply, teardown, delete.
#include "feast/feature_store.h"

#include <utility>

#include "definitions/proto.h"
#include "feast/errors.h"
#include "feature_store/unavailable_offline_store.h"
#include "offline/offline_store.h"
#include "online/online_store.h"
#include "plan/planner.h"
#include "provider/provider.h"
#include "registry/registry.h"
#include "registry/registry_objects.h"

namespace feast {

FeatureStore::FeatureStore(RepoConfig config, std::unique_ptr<Registry> registry, std::shared_ptr<OfflineStore> offline,
                           std::unique_ptr<OnlineStore> online)
    : config_(std::move(config)),
      registry_(std::move(registry)),
      offline_(std::move(offline)),
      online_(std::move(online)) {}

FeatureStore::~FeatureStore() = default;

arrow::Result<std::shared_ptr<FeatureStore>> FeatureStore::Open(const std::filesystem::path& repo_path,
                                                                const std::filesystem::path& yaml_path) {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, RepoConfig::Load(repo_path, yaml_path));
  return Open(std::move(config));
}

arrow::Result<std::shared_ptr<FeatureStore>> FeatureStore::Open(RepoConfig config) {
  ARROW_RETURN_NOT_OK(CheckProvider(config.provider));
  ARROW_ASSIGN_OR_RAISE(auto registry, Registry::Open(config));
  ARROW_ASSIGN_OR_RAISE(auto online, MakeOnlineStore(config));
  auto made = MakeOfflineStore(config);
  std::shared_ptr<OfflineStore> offline;
  if (made.ok()) {
    offline = made.MoveValueUnsafe();
  } else if (made.status().IsNotImplemented()) {
    offline = MakeUnavailableOfflineStore(made.status());
  } else {
    return made.status();
  }
  return std::shared_ptr<FeatureStore>(
      new FeatureStore(std::move(config), std::move(registry), std::move(offline), std::move(online)));
}

arrow::Result<Plan> FeatureStore::MakePlan(const Definitions& definitions, const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(false));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned,
                        PlanApply(definitions, *snapshot, *offline_, online_.get(), config_, options));
  return std::move(planned.plan);
}

arrow::Result<Plan> FeatureStore::Apply(const Definitions& definitions, const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(false));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned,
                        PlanApply(definitions, *snapshot, *offline_, online_.get(), config_, options));
  ARROW_RETURN_NOT_OK(CommitPlan(planned, *registry_, online_.get()));
  return std::move(planned.plan);
}

arrow::Status FeatureStore::Teardown() { return feast::Teardown(*registry_, online_.get(), project()); }

arrow::Status FeatureStore::DeleteFeatureView(const std::string& name) {
  bool found = false;
  ARROW_RETURN_NOT_OK(registry_->Commit([&](core::Registry& registry) -> arrow::Result<bool> {
    RegistryEditor editor(&registry);
    found = false;
    for (ObjectKind kind : {ObjectKind::kFeatureView, ObjectKind::kOnDemandFeatureView, ObjectKind::kStreamFeatureView}) {
      found = editor.Remove(kind, project(), name) || found;
    }
    return found;
  }));
  if (found) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(true));
  return NamedError("FeatureViewNotFoundException",
                    "Feature view '" + name + "' does not exist in project '" + project() + "'." +
                        DidYouMean(name, snapshot->Names(ObjectKind::kFeatureView, project())));
}

arrow::Status FeatureStore::DeleteFeatureService(const std::string& name) {
  bool found = false;
  ARROW_RETURN_NOT_OK(registry_->Commit([&](core::Registry& registry) -> arrow::Result<bool> {
    return found = RegistryEditor(&registry).Remove(ObjectKind::kFeatureService, project(), name);
  }));
  if (found) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(true));
  return NamedError("FeatureServiceNotFoundException",
                    "Feature service '" + name + "' does not exist in project '" + project() + "'." +
                        DidYouMean(name, snapshot->Names(ObjectKind::kFeatureService, project())));
}

}  // namespace feast
