// feast on-demand-feature-views
#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"

namespace feast::cli {

namespace {

arrow::Result<std::vector<ListedObject>> List(const ProjectView& view, const Tags& tags) {
  std::vector<ListedObject> objects;
  for (const core::OnDemandFeatureView& message : view.snapshot->registry().on_demand_feature_views()) {
    const auto& spec = message.spec();
    if (spec.project() != view.project || !HasTags(spec.tags(), tags)) continue;
    std::vector<std::string> features;
    for (const auto& feature : spec.features()) features.push_back(feature.name());
    objects.push_back({{spec.name()},
                       {{"name", spec.name()},
                        {"mode", spec.mode()},
                        {"features", features},
                        {"description", spec.description()},
                        {"tags", TagsJson(spec.tags())},
                        {"owner", spec.owner()}}});
  }
  return objects;
}

}  // namespace

Command AddOnDemandFeatureViews(Command root, Session& session) {
  return AddObjectGroup(
      root, session,
      {"on-demand-feature-views", "on demand feature views", ObjectKind::kOnDemandFeatureView, {"NAME"}, List, {}});
}

}  // namespace feast::cli
