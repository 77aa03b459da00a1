#include "plan/planner.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "definitions/proto.h"
#include "offline/offline_store.h"
#include "online/online_store.h"
#include "plan/compare_stored.h"
#include "plan/infra_changes.h"
#include "plan/resolve.h"
#include "plan/stored_forms.h"
#include "registry/registry_objects.h"

namespace feast {

namespace {

using google::protobuf::Message;

std::shared_ptr<const Message> Copied(const Message& message) {
  std::shared_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

/// Feast stores the entity of entity-less views in every project.
StoredForm DummyEntity(const std::string& project) {
  Entity entity;
  entity.name = kDummyEntityName;
  entity.join_key = kDummyEntityJoinKey;
  entity.value_type = ValueType::kInvalid;
  return {ObjectKind::kEntity, entity.name, std::make_shared<core::Entity>(ToProto(entity, project))};
}

/// Kinds of which a whole-project apply deletes what is not declared. Saved datasets are made by programs, and the rest
/// are not declared through this library.
bool IsDeletedWhenUndeclared(ObjectKind kind, const std::string& name) {
  switch (kind) {
    case ObjectKind::kEntity:
      return name != kDummyEntityName;
    case ObjectKind::kDataSource:
    case ObjectKind::kFeatureView:
    case ObjectKind::kOnDemandFeatureView:
    case ObjectKind::kStreamFeatureView:
    case ObjectKind::kFeatureService:
      return true;
    default:
      return false;
  }
}

/// Collects the differences between stored and desired objects.
class ObjectPlan {
 public:
  ObjectPlan(const Snapshot& snapshot, const std::string& project, PlannedApply* planned)
      : snapshot_(snapshot), project_(project), planned_(planned) {}

  void Want(const StoredForm& form) {
    wanted_.insert(ObjectKey(form.kind, project_, form.name));
    const Message* stored = snapshot_.Find(form.kind, project_, form.name);
    const bool shown = form.name != kDummyEntityName;
    if (stored == nullptr) {
      planned_->objects.push_back({Action::kCreate, form.kind, form.name, nullptr, form.message, !shown});
      if (shown) planned_->plan.changes.push_back({Action::kCreate, form.kind, form.name, {}});
      return;
    }
    const auto normal = NormalForm(form.kind, *stored, project_);
    auto fields = CompareStored(*normal, *form.message);
    const bool differs = !fields.empty() && shown;
    if (!differs && (!shown || SameButMeta(*normal, *form.message))) return;
    planned_->objects.push_back({Action::kUpdate, form.kind, form.name, Copied(*stored), form.message, !differs});
    if (differs) planned_->plan.changes.push_back({Action::kUpdate, form.kind, form.name, std::move(fields)});
  }

  void DeleteUnwanted() {
    ForEachObject(snapshot_.registry(),
                  [this](ObjectKind kind, const std::string& project, const std::string& name, const Message& stored) {
                    if (project != project_ || !IsDeletedWhenUndeclared(kind, name)) return;
                    if (wanted_.count(ObjectKey(kind, project, name)) == 0) Delete(kind, name, stored);
                  });
  }

  /// What is not there needs no deleting.
  void DeleteNamed(const StoredForm& form) {
    const Message* stored = snapshot_.Find(form.kind, project_, form.name);
    if (stored != nullptr && wanted_.count(ObjectKey(form.kind, project_, form.name)) == 0) {
      Delete(form.kind, form.name, *stored);
    }
  }

 private:
  void Delete(ObjectKind kind, const std::string& name, const Message& stored) {
    planned_->objects.push_back({Action::kDelete, kind, name, Copied(stored), nullptr, false});
    planned_->plan.changes.push_back({Action::kDelete, kind, name, {}});
  }

  const Snapshot& snapshot_;
  const std::string& project_;
  PlannedApply* planned_;
  std::unordered_set<std::string> wanted_;
};

}  // namespace

arrow::Result<PlannedApply> PlanApply(const Definitions& definitions, const Snapshot& snapshot, OfflineStore& offline,
                                      OnlineStore* online, const RepoConfig& config, const ApplyOptions& options) {
  PlannedApply planned;
  planned.plan.project = config.project;
  ARROW_ASSIGN_OR_RAISE(planned.resolved, Resolve(definitions, snapshot, offline, config, options));

  ObjectPlan objects(snapshot, config.project, &planned);
  for (const auto& form : StoredForms(planned.resolved, config.project)) objects.Want(form);
  objects.Want(DummyEntity(config.project));
  if (options.whole_project) {
    objects.DeleteUnwanted();
  } else {
    for (const auto& form : StoredForms(options.to_delete, config.project)) objects.DeleteNamed(form);
  }
  std::stable_sort(planned.plan.changes.begin(), planned.plan.changes.end(),
                   [](const auto& a, const auto& b) { return std::tie(a.kind, a.name) < std::tie(b.kind, b.name); });
  ARROW_RETURN_NOT_OK(PlanInfra(snapshot, online, &planned));
  return planned;
}

}  // namespace feast
