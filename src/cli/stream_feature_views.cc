// feast stream-feature-views
#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"

namespace feast::cli {

namespace {

arrow::Result<std::vector<ListedObject>> List(const ProjectView& view, const Tags& tags) {
  std::vector<ListedObject> objects;
  for (const core::StreamFeatureView& message : view.snapshot->registry().stream_feature_views()) {
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

Command AddStreamFeatureViews(Command root, Session& session) {
  return AddObjectGroup(
      root, session,
      {"stream-feature-views", "stream feature views", ObjectKind::kStreamFeatureView, {"NAME"}, List, {}});
}

}  // namespace feast::cli
