// feast feature-services
#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"

namespace feast::cli {

namespace {

arrow::Result<std::vector<ListedObject>> ListFeatureServices(const ProjectView& view, const Tags& tags) {
  std::vector<ListedObject> objects;
  for (const core::FeatureService& service : view.snapshot->registry().feature_services()) {
    const core::FeatureServiceSpec& spec = service.spec();
    if (spec.project() != view.project || !HasTags(spec.tags(), tags)) continue;
    std::vector<std::string> references;
    std::string shown;
    for (const core::FeatureViewProjection& projection : spec.features()) {
      for (const core::FeatureSpecV2& feature : projection.feature_columns()) {
        references.push_back(projection.feature_view_name() + ":" + feature.name());
        shown += (shown.empty() ? "" : ", ") + references.back();
      }
    }
    objects.push_back({{spec.name(), shown},
                       {{"name", spec.name()},
                        {"features", references},
                        {"description", spec.description()},
                        {"tags", TagsJson(spec.tags())},
                        {"owner", spec.owner()}}});
  }
  return objects;
}

}  // namespace

Command AddFeatureServices(Command root, Session& session) {
  return AddObjectGroup(root, session,
                        {"feature-services",
                         "feature services",
                         ObjectKind::kFeatureService,
                         {"NAME", "FEATURES"},
                         ListFeatureServices,
                         {}});
}

}  // namespace feast::cli
