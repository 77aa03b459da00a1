#include "plan/infra_changes.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "definitions/proto.h"
#include "online/online_store.h"
#include "plan/empty_tables.h"
#include "plan/resolve/unique_definitions.h"

namespace feast {

namespace {

using Views = std::vector<std::shared_ptr<FeatureView>>;

const std::string& InfraName(const core::InfraObject& object) {
  static const std::string none;
  if (object.has_sqlite_table()) return object.sqlite_table().name();
  if (object.has_datastore_table()) return object.datastore_table().name();
  return object.has_custom_infra() ? object.infra_object_class_type() : none;
}

/// The project's plain, batch, stream and label views as they are registered. A view that cannot be read keeps its
/// name.
Views RegisteredViews(const Snapshot& snapshot, const std::string& project) {
  Views views;
  const auto add = [&](const auto& stored) {
    if (stored.spec().project() != project) return;
    auto view = FromProto(stored);
    if (view.ok()) {
      views.push_back(*std::move(view));
    } else {
      views.push_back(std::make_shared<FeatureView>());
      views.back()->name = stored.spec().name();
    }
  };
  for (const auto& stored : snapshot.registry().feature_views()) add(stored);
  for (const auto& stored : snapshot.registry().stream_feature_views()) add(stored);
  for (const auto& stored : snapshot.registry().label_views()) {
    if (stored.spec().project() == project) views.push_back(OnlineForm(stored));
  }
  return views;
}

/// The views there will be, by name, and those that go.
void SettleViews(const Views& registered, const PlannedApply& planned,
                 std::map<std::string, std::shared_ptr<FeatureView>>* there, Views* gone) {
  std::set<std::string> deleted;
  for (const auto& object : planned.objects) {
    if (object.action == Action::kDelete &&
        (object.kind == ObjectKind::kFeatureView || object.kind == ObjectKind::kStreamFeatureView ||
         object.kind == ObjectKind::kLabelView)) {
      deleted.insert(object.name);
    }
  }
  for (const auto& view : registered) (*there)[view->name] = view;
  for (const auto& name : deleted) there->erase(name);
  // A view that changed its kind was deleted as one and created as the other.
  for (const auto& view : planned.resolved.feature_views) (*there)[view->name] = view;
  for (const auto& object : planned.resolved.carried_objects) {
    if (object->kind != CarriedObject::Kind::kLabelView) continue;
    const auto message = CarriedMessage(*object, planned.plan.project);
    (*there)[object->name] = OnlineForm(static_cast<const core::LabelView&>(*message));
  }
  for (const auto& view : registered) {
    if (there->count(view->name) == 0) gone->push_back(view);
  }
}

std::vector<core::InfraObject> RecordedInfra(const Snapshot& snapshot,
                                             const std::vector<core::InfraObject>& candidates) {
  std::set<std::string> keys;
  for (const auto& candidate : candidates) keys.insert(InfraKey(candidate));
  std::vector<core::InfraObject> recorded;
  for (const auto& object : snapshot.registry().infra().infra_objects()) {
    if (keys.count(InfraKey(object)) != 0) recorded.push_back(object);
  }
  return recorded;
}

void CompareInfra(const std::vector<core::InfraObject>& recorded, const std::string& type, PlannedApply* planned) {
  std::map<std::string, const core::InfraObject*> old_objects;
  for (const auto& object : recorded) old_objects[InfraKey(object)] = &object;
  auto& changes = planned->plan.infra_changes;
  for (const auto& object : planned->infra) {
    const auto found = old_objects.find(InfraKey(object));
    if (found == old_objects.end()) {
      changes.push_back({Action::kCreate, type, InfraName(object)});
    } else {
      if (ToBytes(*found->second) != ToBytes(object)) changes.push_back({Action::kUpdate, type, InfraName(object)});
      old_objects.erase(found);
    }
  }
  for (const auto& [key, object] : old_objects) {
    planned->infra_to_remove.push_back(*object);
    changes.push_back({Action::kDelete, type, InfraName(*object)});
  }
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

void NameViewsForMessages(const std::map<std::string, std::shared_ptr<FeatureView>>& there, const Views& gone,
                          Plan* plan) {
  std::set<std::string> deploy;
  for (const auto& change : plan->changes) {
    const bool is_view = change.kind == ObjectKind::kFeatureView || change.kind == ObjectKind::kStreamFeatureView ||
                         change.kind == ObjectKind::kLabelView;
    if (is_view && change.action != Action::kDelete && there.count(change.name) != 0) deploy.insert(change.name);
  }
  plan->views_to_deploy.assign(deploy.begin(), deploy.end());
  std::set<std::string> folded;
  for (const auto& [name, view] : there) folded.insert(FoldCase(name));
  for (const auto& view : gone) {
    // Renamed in case only: it is there under its new name.
    if (folded.count(FoldCase(view->name)) == 0) plan->views_to_remove.push_back(view->name);
  }
  std::sort(plan->views_to_remove.begin(), plan->views_to_remove.end());
}

}  // namespace

std::shared_ptr<FeatureView> OnlineForm(const core::LabelView& stored) {
  const core::LabelViewSpec& spec = stored.spec();
  core::FeatureView plain;
  plain.mutable_spec()->set_name(spec.name());
  plain.mutable_spec()->set_project(spec.project());
  *plain.mutable_spec()->mutable_entities() = spec.entities();
  *plain.mutable_spec()->mutable_features() = spec.features();
  *plain.mutable_spec()->mutable_entity_columns() = spec.entity_columns();
  *plain.mutable_spec()->mutable_tags() = spec.tags();
  if (spec.has_ttl()) *plain.mutable_spec()->mutable_ttl() = spec.ttl();
  plain.mutable_spec()->set_online(spec.online());
  auto view = FromProto(plain);
  if (view.ok()) return *std::move(view);
  auto named = std::make_shared<FeatureView>();
  named->name = spec.name();
  return named;
}

std::string InfraKey(const core::InfraObject& object) {
  // What a store of the user's own records is known by all it says.
  if (object.has_custom_infra()) return object.infra_object_class_type() + '\0' + object.custom_infra().field();
  // SQLite ignores the case of a table's name.
  const std::string& name = InfraName(object);
  return object.infra_object_class_type() + '\0' + (object.has_sqlite_table() ? FoldCase(name) : name);
}

// Views with online=False have tables too, as in Feast: what either side recorded, the other finds unchanged.
arrow::Status PlanInfra(const Snapshot& snapshot, OnlineStore* online, PlannedApply* planned) {
  const Views registered = RegisteredViews(snapshot, planned->plan.project);
  std::map<std::string, std::shared_ptr<FeatureView>> there;
  Views gone;
  SettleViews(registered, *planned, &there, &gone);
  NameViewsForMessages(there, gone, &planned->plan);
  if (online == nullptr) return arrow::Status::OK();

  Views candidates = registered;
  for (const auto& [name, view] : there) {
    candidates.push_back(view);
    planned->views_to_keep.push_back(view);
  }
  ARROW_ASSIGN_OR_RAISE(planned->infra, online->InfraFor(planned->views_to_keep));
  ARROW_ASSIGN_OR_RAISE(const auto of_candidates, online->InfraFor(candidates));
  // The registry has one list of infrastructure for all projects, without their names. An entry is this project's when
  // one of its views, registered or planned, would have it.
  const auto recorded = RecordedInfra(snapshot, of_candidates);
  for (auto& object : planned->infra) {
    for (const auto& known : recorded) {
      if (InfraKey(known) == InfraKey(object) && online->IsSame(known, object)) object = known;
    }
  }
  CompareInfra(recorded, online->infra_type(), planned);
  ARROW_RETURN_NOT_OK(WarnOfEmptyTables(registered, recorded, *online, planned));

  planned->views_to_remove = gone;
  // What apply will refuse is refused here.
  return online->Check({.keep = planned->views_to_keep, .remove = gone}, CallContext::OfThread());
}

bool RecordInfra(const PlannedApply& planned, core::Infra* infra) {
  std::map<std::string, const core::InfraObject*> wanted;
  for (const auto& object : planned.infra) wanted[InfraKey(object)] = &object;
  std::set<std::string> unwanted;
  for (const auto& object : planned.infra_to_remove) unwanted.insert(InfraKey(object));

  const std::string before = ToBytes(*infra);
  core::Infra updated = *infra;
  updated.clear_infra_objects();
  for (const auto& object : infra->infra_objects()) {
    // Entries of other projects are neither wanted nor unwanted, and stay.
    const std::string key = InfraKey(object);
    if (unwanted.count(key) != 0) continue;
    const auto found = wanted.find(key);
    *updated.add_infra_objects() = found == wanted.end() ? object : *found->second;
    // Entries keep their places. What is left in `wanted` is new and comes last.
    if (found != wanted.end()) wanted.erase(found);
  }
  for (const auto& object : planned.infra) {
    if (wanted.count(InfraKey(object)) != 0) *updated.add_infra_objects() = object;
  }
  *infra = updated;
  return ToBytes(*infra) != before;
}

}  // namespace feast
