#include "plan/impact.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "plan/dependencies.h"
#include "plan/renames.h"
#include "plan/severity.h"
#include "registry/registry_objects.h"
#include "text/redaction.h"

namespace feast {

namespace {

using google::protobuf::Message;

constexpr size_t kTagsShownMax = 5;

bool IsView(ObjectKind kind) {
  return kind == ObjectKind::kFeatureView || kind == ObjectKind::kStreamFeatureView ||
         kind == ObjectKind::kOnDemandFeatureView;
}

/// From feature to type, of a view of any kind.
std::map<std::string, int> FeaturesOf(ObjectKind kind, const Message& stored) {
  std::map<std::string, int> features;
  const auto add = [&](const auto& view) {
    for (const auto& feature : view.spec().features()) features[feature.name()] = feature.value_type();
  };
  if (kind == ObjectKind::kFeatureView) add(static_cast<const core::FeatureView&>(stored));
  if (kind == ObjectKind::kStreamFeatureView) add(static_cast<const core::StreamFeatureView&>(stored));
  if (kind == ObjectKind::kOnDemandFeatureView) add(static_cast<const core::OnDemandFeatureView&>(stored));
  return features;
}

class Assessment {
 public:
  Assessment(const Snapshot& snapshot, const PlannedApply& planned)
      : snapshot_(snapshot), project_(planned.plan.project) {
    for (const auto& object : planned.objects) planned_[{object.kind, object.name}] = &object;
    ForEachObject(snapshot.registry(),
                  [&](ObjectKind kind, const std::string& project, const std::string& name, const Message& stored) {
                    if (project != project_) return;
                    before_.Add(kind, name, stored);
                    // `before_` is who uses what now, and so who is hit; `after_` is who will, which decides whether
                    // something deleted is still used.
                    if (planned_.count({kind, name}) == 0) after_.Add(kind, name, stored);
                  });
    for (const auto& object : planned.objects) {
      if (object.desired) after_.Add(object.kind, object.name, *object.desired);
    }
  }

  void Assess(ObjectChange* change) const {
    switch (change->action) {
      case Action::kCreate:
        break;
      case Action::kUpdate:
        AssessUpdate(change);
        break;
      case Action::kDelete:
        AssessDeletion(change);
        break;
    }
    std::stable_sort(change->impacts.begin(), change->impacts.end(),
                     [](const auto& a, const auto& b) { return a.severity > b.severity; });
    if (!change->impacts.empty()) change->severity = change->impacts.front().severity;
  }

 private:
  void AssessUpdate(ObjectChange* change) const {
    for (const auto& field : change->fields) {
      FieldSeverity judged = JudgeField(change->kind, field);
      if (judged.severity == Severity::kSafe) continue;
      const bool said = std::any_of(change->impacts.begin(), change->impacts.end(),
                                    [&](const Impact& impact) { return impact.reason == judged.reason; });
      // A change may show in several fields: it is one impact.
      if (said) continue;
      std::string reason = judged.reason;
      if (!judged.feature.empty() && field.after.empty()) reason += FeatureRename(*change, judged.feature);
      change->impacts.push_back({judged.severity, reason, Touched(*change, judged.feature)});
    }
  }

  std::string FeatureRename(const ObjectChange& change, const std::string& feature) const {
    const auto found = planned_.find({change.kind, change.name});
    if (found == planned_.end() || !found->second->base || !found->second->desired) return {};
    const std::string name = RenamedFeature(*found->second->base, *found->second->desired, feature);
    return name.empty() ? std::string() : "; looks like a rename to '" + name + "'";
  }

  void AssessDeletion(ObjectChange* change) const {
    if (IsView(change->kind)) return AssessViewDeletion(change);
    switch (change->kind) {
      case ObjectKind::kFeatureService:
        change->impacts.push_back(
            {Severity::kBreaking, "feature service deleted: requests for it fail", Touched(*change, "")});
        break;
      case ObjectKind::kEntity:
        if (!after_.HasViewsOfEntity(change->name)) break;
        change->impacts.push_back({Severity::kBreaking, "entity deleted while views use it", Touched(*change, "")});
        break;
      case ObjectKind::kDataSource:
        if (!after_.HasViewsOfSource(change->name)) break;
        change->impacts.push_back({Severity::kBreaking, "source deleted while views use it", Touched(*change, "")});
        break;
      case ObjectKind::kSavedDataset:
        change->impacts.push_back({Severity::kRisky, "saved dataset deleted", {}});
        break;
      default:
        break;
    }
  }

  void AssessViewDeletion(ObjectChange* change) const {
    if (const PlannedObject* successor = OtherKindOf(*change)) return AssessChangeOfKind(*successor, change);
    std::vector<Affected> touched = Touched(*change, "");
    if (touched.empty()) {
      change->impacts.push_back(
          {Severity::kRisky, "view deleted; nothing registered uses it, programs may name its features", {}});
    } else {
      change->impacts.push_back({Severity::kBreaking, "view deleted while in use", std::move(touched)});
    }
  }

  /// The view of another kind that takes the deleted one's name.
  const PlannedObject* OtherKindOf(const ObjectChange& deleted) const {
    for (const auto kind :
         {ObjectKind::kFeatureView, ObjectKind::kStreamFeatureView, ObjectKind::kOnDemandFeatureView}) {
      const auto found = planned_.find({kind, deleted.name});
      if (kind != deleted.kind && found != planned_.end() && found->second->desired) return found->second;
    }
    return nullptr;
  }

  void AssessChangeOfKind(const PlannedObject& successor, ObjectChange* change) const {
    const Message* stored = snapshot_.Find(change->kind, project_, change->name);
    const auto after = FeaturesOf(successor.kind, *successor.desired);
    for (const auto& [feature, type] : FeaturesOf(change->kind, *stored)) {
      const auto found = after.find(feature);
      if (found != after.end() && found->second == type) continue;
      const std::string what = found == after.end() ? "' removed" : "' retyped";
      change->impacts.push_back({Severity::kBreaking, "feature '" + feature + what, Touched(*change, feature)});
    }
    change->impacts.push_back(
        {Severity::kRisky, "becomes a " + std::string(ObjectKindName(successor.kind)), Touched(*change, "")});
  }

  std::set<ObjectId> UsersOf(const ObjectChange& change, const std::string& feature) const {
    if (IsView(change.kind)) return before_.UsersOfView(change.name, feature);
    switch (change.kind) {
      case ObjectKind::kDataSource:
        return before_.UsersOfSource(change.name);
      case ObjectKind::kEntity:
        return before_.UsersOfEntity(change.name);
      case ObjectKind::kFeatureService:
        return before_.UsersOfService(change.name);
      default:
        return {};
    }
  }

  /// Registered users of the object that stay.
  std::vector<Affected> Touched(const ObjectChange& change, const std::string& feature) const {
    std::vector<Affected> touched;
    for (const auto& id : UsersOf(change, feature)) {
      const auto planned = planned_.find(id);
      // Who goes along is not hit.
      if (planned != planned_.end() && planned->second->action == Action::kDelete) continue;
      touched.push_back(WithTags(id));
    }
    return touched;
  }

  Affected WithTags(const ObjectId& id) const {
    Affected affected{id.first, id.second, {}, {}};
    const auto take = [&](const auto& spec) {
      for (const auto& [key, value] : spec.tags()) affected.tags[key] = RedactedValue(key, value);
    };
    // Users come from `before_`, so they are registered.
    const Message* stored = snapshot_.Find(id.first, project_, id.second);
    if (id.first == ObjectKind::kFeatureService) {
      const auto& spec = static_cast<const core::FeatureService*>(stored)->spec();
      take(spec);
      affected.owner = Redacted(spec.owner());
    } else if (id.first == ObjectKind::kOnDemandFeatureView) {
      const auto& spec = static_cast<const core::OnDemandFeatureView*>(stored)->spec();
      take(spec);
      affected.owner = Redacted(spec.owner());
    } else if (id.first == ObjectKind::kSavedDataset) {
      take(static_cast<const core::SavedDataset*>(stored)->spec());
    }
    return affected;
  }

  const Snapshot& snapshot_;
  const std::string& project_;
  std::map<ObjectId, const PlannedObject*> planned_;
  Dependencies before_, after_;
};

bool TouchesService(const Impact& impact) {
  return std::any_of(impact.affected.begin(), impact.affected.end(),
                     [](const Affected& affected) { return affected.kind == ObjectKind::kFeatureService; });
}

std::string ServicesOf(const Impact& impact) {
  std::string text;
  for (const auto& affected : impact.affected) {
    if (affected.kind != ObjectKind::kFeatureService) continue;
    text += (text.empty() ? "" : ", ") + Described(affected);
  }
  return text;
}

}  // namespace

void AssessImpact(const Snapshot& snapshot, PlannedApply* planned) {
  const Assessment assessment(snapshot, *planned);
  for (auto& change : planned->plan.changes) assessment.Assess(&change);
  SuggestRenames(planned);
}

std::string Described(const Affected& affected) {
  std::string text = std::string(ObjectKindName(affected.kind)) + " " + affected.name;
  std::string tags;
  size_t shown = 0;
  for (const auto& [key, value] : affected.tags) {
    if (shown++ == kTagsShownMax) {
      tags += ", …";
      break;
    }
    tags += (tags.empty() ? "" : ", ") + key + "=" + value;
  }
  if (!tags.empty()) text += " [" + tags + "]";
  if (!affected.owner.empty()) text += " (owner " + affected.owner + ")";
  return text;
}

std::string TouchedBy(const Impact& impact, size_t shown_max) {
  std::string text;
  for (size_t i = 0; i < impact.affected.size() && i < shown_max; ++i) {
    text += (i == 0 ? "; touches " : ", ") + Described(impact.affected[i]);
  }
  if (impact.affected.size() > shown_max)
    text += " and " + std::to_string(impact.affected.size() - shown_max) + " more";
  return text;
}

arrow::Status RefuseBreaking(const Plan& plan) {
  std::string breaks;
  for (const auto& change : plan.changes) {
    const bool is_service = change.kind == ObjectKind::kFeatureService;
    for (const auto& impact : change.impacts) {
      if (impact.severity != Severity::kBreaking || !(is_service || TouchesService(impact))) continue;
      breaks += "\n  " + std::string(ObjectKindName(change.kind)) + " " + change.name;
      if (!change.origin.file.empty()) breaks += " (" + change.origin.ToString() + ")";
      breaks += ": " + impact.reason;
      if (!is_service) breaks += ", used by " + ServicesOf(impact);
    }
  }
  if (breaks.empty()) return arrow::Status::OK();
  return arrow::Status::Invalid("This would break what feature services depend on; nothing was changed:", breaks,
                                "\nAdd new features beside the old ones until nothing uses these, or, when their users "
                                "agree, run it again with --allow-breaking");
}

}  // namespace feast
