#include "plan/planner.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "definitions/proto.h"
#include "offline/offline_store.h"
#include "online/online_store.h"
#include "plan/compare_stored.h"
#include "plan/impact.h"
#include "plan/infra_changes.h"
#include "plan/resolve/check_given.h"
#include "plan/resolve/resolve.h"
#include "plan/resolve/unique_definitions.h"
#include "plan/stored_forms.h"
#include "registry/registry_objects.h"
#include "registry/registry_text.h"

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
    case ObjectKind::kLabelView:
    case ObjectKind::kPermission:
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
    // Whatever is wanted is never deleted, changed or not.
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
    // A difference that only the strict comparison sees is written, as what follows from other objects must be, but is
    // no line of the plan.
    const bool differs = !fields.empty() && shown;
    if (!differs && (!shown || SameButMeta(*normal, *form.message))) return;
    planned_->objects.push_back({Action::kUpdate, form.kind, form.name, Copied(*stored), form.message, !differs});
    if (differs) planned_->plan.changes.push_back({Action::kUpdate, form.kind, form.name, std::move(fields)});
  }

  /// `is_deleted(kind, name)`: whether an object of that kind goes when nobody wants it.
  template <typename IsDeleted>
  void DeleteUnwanted(IsDeleted&& is_deleted) {
    ForEachObject(snapshot_.registry(),
                  [&](ObjectKind kind, const std::string& project, const std::string& name, const Message& stored) {
                    if (project != project_ || !is_deleted(kind, name)) return;
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

/// From kind and name to where the object was declared.
std::map<std::pair<ObjectKind, std::string>, Origin> Origins(const Definitions& definitions) {
  std::map<std::pair<ObjectKind, std::string>, Origin> origins;
  const auto add = [&](ObjectKind kind, const auto& objects) {
    for (const auto& object : objects) origins[{kind, object->name}] = object->origin;
  };
  if (definitions.project) add(ObjectKind::kProject, std::vector{definitions.project});
  add(ObjectKind::kDataSource, definitions.data_sources);
  add(ObjectKind::kEntity, definitions.entities);
  for (const auto& view : definitions.feature_views) {
    const bool is_stream = view->kind() == BaseFeatureView::Kind::kStream;
    origins[{is_stream ? ObjectKind::kStreamFeatureView : ObjectKind::kFeatureView, view->name}] = view->origin;
  }
  add(ObjectKind::kOnDemandFeatureView, definitions.on_demand_feature_views);
  add(ObjectKind::kFeatureService, definitions.feature_services);
  add(ObjectKind::kSavedDataset, definitions.saved_datasets);
  return origins;
}

/// Everything about a plan whose objects are settled.
arrow::Status Complete(const Snapshot& snapshot, OnlineStore* online, PlannedApply* planned) {
  // The version that all of this was planned upon.
  planned->base_version = snapshot.registry().version_id();
  if (const auto* registered = snapshot.FindProject(planned->plan.project)) {
    planned->registered_project = std::make_shared<core::Project>(*registered);
  }
  auto& changes = planned->plan.changes;
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return std::tie(a.kind, a.name) < std::tie(b.kind, b.name); });
  const auto origins = Origins(planned->resolved);
  for (auto& change : changes) {
    const auto origin = origins.find({change.kind, change.name});
    if (change.action != Action::kDelete && origin != origins.end()) change.origin = origin->second;
  }
  AssessImpact(snapshot, planned);
  return PlanInfra(snapshot, online, planned);
}

/// The stored form that an object gets when it is put back as it was.
StoredForm Restored(ObjectKind kind, const std::string& name, const Message& stored, bool is_there,
                    const std::string& project) {
  auto form = NormalForm(kind, stored, project);
  // The online table of a view that is created anew is empty, whatever was materialized into the old one.
  if (!is_there && kind == ObjectKind::kFeatureView) {
    static_cast<core::FeatureView&>(*form).mutable_meta()->clear_materialization_intervals();
  }
  if (!is_there && kind == ObjectKind::kStreamFeatureView) {
    static_cast<core::StreamFeatureView&>(*form).mutable_meta()->clear_materialization_intervals();
  }
  return {kind, name, std::move(form)};
}

/// What a definition asks for and does not get.
void WarnOfOnDemandWrites(const Definitions& resolved, const Plan& plan, std::vector<std::string>* warnings) {
  for (const auto& view : resolved.on_demand_feature_views) {
    const bool is_new = std::any_of(plan.changes.begin(), plan.changes.end(), [&](const ObjectChange& change) {
      return change.kind == ObjectKind::kOnDemandFeatureView && change.name == view->name &&
             change.action != Action::kDelete;
    });
    if (!is_new || !view->write_to_online_store) continue;
    warnings->push_back("On-demand feature view '" + view->name +
                        "' is computed when it is read: write_to_online_store=True has no effect in this version");
  }
}

}  // namespace

arrow::Result<PlannedApply> PlanApply(const Definitions& definitions, const Snapshot& snapshot, OfflineStore& offline,
                                      OnlineStore* online, const RepoConfig& config, const ApplyOptions& options) {
  ARROW_RETURN_NOT_OK(CheckGiven(definitions));
  ARROW_RETURN_NOT_OK(CheckGiven(options.to_delete));
  std::vector<std::string> warnings;
  ARROW_ASSIGN_OR_RAISE(Definitions resolved, Resolve(definitions, snapshot, offline, config, options, &warnings));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned,
                        PlanResolved(std::move(resolved), snapshot, online, config.project, options));
  WarnOfOnDemandWrites(planned.resolved, planned.plan, &warnings);
  auto& all = planned.plan.warnings;
  all.insert(all.begin(), std::make_move_iterator(warnings.begin()), std::make_move_iterator(warnings.end()));
  return planned;
}

arrow::Result<PlannedApply> PlanResolved(Definitions resolved, const Snapshot& snapshot, OnlineStore* online,
                                         const std::string& project, const ApplyOptions& options) {
  PlannedApply planned;
  planned.plan.project = project;
  planned.partial = !options.whole_project;
  planned.resolved = std::move(resolved);

  ObjectPlan objects(snapshot, project, &planned);
  const auto origins = Origins(planned.resolved);
  for (const auto& form : StoredForms(planned.resolved, project)) {
    const auto origin = origins.find({form.kind, form.name});
    ARROW_RETURN_NOT_OK(CheckText(form.kind, form.name, *form.message,
                                  origin == origins.end() ? std::string() : DefinedAt(origin->second)));
    objects.Want(form);
  }
  objects.Want(DummyEntity(project));
  if (options.whole_project) {
    objects.DeleteUnwanted(IsDeletedWhenUndeclared);
  } else {
    for (const auto& form : StoredForms(options.to_delete, project)) objects.DeleteNamed(form);
  }
  ARROW_RETURN_NOT_OK(Complete(snapshot, online, &planned));
  return planned;
}

arrow::Result<PlannedApply> PlanBetween(const Snapshot& before, const Snapshot& after, const std::string& project,
                                        OnlineStore* online) {
  PlannedApply planned;
  planned.plan.project = project;
  ARROW_ASSIGN_OR_RAISE(planned.resolved, FromProto(after.registry(), project));
  ObjectPlan objects(before, project, &planned);
  ForEachObject(after.registry(),
                [&](ObjectKind kind, const std::string& its_project, const std::string& name, const Message& stored) {
                  if ((kind == ObjectKind::kProject ? name : its_project) != project) return;
                  objects.Want(Restored(kind, name, stored, before.Find(kind, project, name) != nullptr, project));
                });
  objects.DeleteUnwanted([](ObjectKind, const std::string& name) { return name != kDummyEntityName; });
  ARROW_RETURN_NOT_OK(Complete(before, online, &planned));
  return planned;
}

}  // namespace feast
