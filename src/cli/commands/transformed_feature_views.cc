// feast on-demand-feature-views, feast stream-feature-views: views that a function makes features for
#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"

namespace feast::cli {

namespace {

template <typename Messages>
std::vector<ListedObject> Listed(const Messages& messages, const std::string& project, const Tags& tags) {
  std::vector<ListedObject> objects;
  for (const auto& message : messages) {
    const auto& spec = message.spec();
    if (spec.project() != project || !HasTags(spec.tags(), tags)) continue;
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

arrow::Result<std::vector<ListedObject>> ListOnDemand(const ProjectView& view, const Tags& tags) {
  return Listed(view.snapshot->registry().on_demand_feature_views(), view.project, tags);
}

arrow::Result<std::vector<ListedObject>> ListStream(const ProjectView& view, const Tags& tags) {
  return Listed(view.snapshot->registry().stream_feature_views(), view.project, tags);
}

}  // namespace

Command AddOnDemandFeatureViews(Command root, Session& session) {
  return AddObjectGroup(root, session,
                        {"on-demand-feature-views",
                         "on demand feature views",
                         ObjectKind::kOnDemandFeatureView,
                         {"NAME"},
                         ListOnDemand,
                         {}});
}

Command AddStreamFeatureViews(Command root, Session& session) {
  return AddObjectGroup(
      root, session,
      {"stream-feature-views", "stream feature views", ObjectKind::kStreamFeatureView, {"NAME"}, ListStream, {}});
}

}  // namespace feast::cli
