// feast feature-views: plain and batch views, and the on-demand views beside them
#include <set>

#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"
#include "definitions/proto.h"

namespace feast::cli {

namespace {

using Names = std::set<std::string>;

/// A Python set, which is how Feast shows them.
std::string ShowEntities(const Names& entities) {
  if (entities.empty()) return "n/a";
  std::string out;
  for (const std::string& name : entities) out += (out.empty() ? "'" : ", '") + name + "'";
  return "{" + out + "}";
}

Names EntitiesOf(const core::FeatureViewSpec& spec) {
  Names entities(spec.entities().begin(), spec.entities().end());
  entities.erase(kDummyEntityName);
  return entities;
}

/// Those of the views that an on-demand view takes features from.
Names EntitiesOf(const core::OnDemandFeatureViewSpec& spec, const ProjectView& view) {
  Names entities;
  for (const auto& [name, source] : spec.sources()) {
    std::string view_name = source.feature_view_projection().feature_view_name();
    if (source.has_feature_view()) view_name = source.feature_view().spec().name();
    if (const auto* found = view.snapshot->FindFeatureView(view.project, view_name)) {
      entities.merge(EntitiesOf(found->spec()));
    }
  }
  return entities;
}

template <typename Message>
ListedObject Listed(const Message& message, const Names& entities, const char* type) {
  const auto& spec = message.spec();
  const std::string state = core::FeatureViewState_Name(message.meta().state());
  std::vector<std::string> features;
  for (const auto& feature : spec.features()) features.push_back(feature.name());
  return {{spec.name(), ShowEntities(entities), type, spec.disabled() ? "No" : "Yes", state},
          {{"name", spec.name()},
           {"type", type},
           {"entities", entities},
           {"features", features},
           {"enabled", !spec.disabled()},
           {"state", state},
           {"description", spec.description()},
           {"tags", TagsJson(spec.tags())},
           {"owner", spec.owner()}}};
}

arrow::Result<std::vector<ListedObject>> ListFeatureViews(const ProjectView& view, const Tags& tags) {
  std::vector<ListedObject> objects;
  const core::Registry& registry = view.snapshot->registry();
  for (const core::FeatureView& message : registry.feature_views()) {
    if (message.spec().project() != view.project || !HasTags(message.spec().tags(), tags)) continue;
    ARROW_ASSIGN_OR_RAISE(const auto definition, FromProto(message));
    const bool batch = definition->kind() == BaseFeatureView::Kind::kBatch;
    objects.push_back(Listed(message, EntitiesOf(message.spec()), batch ? "BatchFeatureView" : "FeatureView"));
  }
  for (const core::OnDemandFeatureView& message : registry.on_demand_feature_views()) {
    if (message.spec().project() != view.project || !HasTags(message.spec().tags(), tags)) continue;
    objects.push_back(Listed(message, EntitiesOf(message.spec(), view), "OnDemandFeatureView"));
  }
  return objects;
}

/// Shown even at their defaults.
void Complete(const google::protobuf::Message& message, nlohmann::ordered_json* json) {
  if (const auto* view = dynamic_cast<const core::FeatureView*>(&message)) {
    (*json)["enabled"] = !view->spec().disabled();
    (*json)["state"] = core::FeatureViewState_Name(view->meta().state());
  }
}

}  // namespace

Command AddFeatureViews(Command root, Session& session) {
  return AddObjectGroup(root, session,
                        {"feature-views",
                         "feature views",
                         ObjectKind::kFeatureView,
                         {"NAME", "ENTITIES", "TYPE", "ENABLED", "STATE"},
                         ListFeatureViews,
                         Complete});
}

}  // namespace feast::cli
