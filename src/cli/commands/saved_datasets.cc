// feast saved-datasets
#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"

namespace feast::cli {

namespace {

arrow::Result<std::vector<ListedObject>> ListSavedDatasets(const ProjectView& view, const Tags& tags) {
  std::vector<ListedObject> objects;
  for (const core::SavedDataset& dataset : view.snapshot->registry().saved_datasets()) {
    const core::SavedDatasetSpec& spec = dataset.spec();
    if (spec.project() != view.project || !HasTags(spec.tags(), tags)) continue;
    objects.push_back({{spec.name()},
                       {{"name", spec.name()},
                        {"features", std::vector<std::string>(spec.features().begin(), spec.features().end())},
                        {"feature_service", spec.feature_service_name()},
                        {"tags", TagsJson(spec.tags())}}});
  }
  return objects;
}

}  // namespace

Command AddSavedDatasets(Command root, Session& session) {
  return AddObjectGroup(
      root, session, {"saved-datasets", "saved datasets", ObjectKind::kSavedDataset, {"NAME"}, ListSavedDatasets, {}});
}

}  // namespace feast::cli
