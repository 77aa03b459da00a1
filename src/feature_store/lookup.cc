// Looking objects up in the registry.
#include <algorithm>
#include <utility>

#include "definitions/definition_copies.h"
#include "feast/errors.h"
#include "feature_store/feature_store_parts.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

arrow::Status NotFound(const char* error_class, ObjectKind kind, const Snapshot& snapshot, const std::string& project,
                       const std::string& name) {
  std::string what(ObjectKindName(kind));
  what[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(what[0])));
  const std::string where = kind == ObjectKind::kProject ? "the registry" : "project '" + project + "'";
  return NamedError(error_class,
                    what + " '" + name + "' does not exist in " + where + "." +
                        DidYouMean(name, snapshot.Names(kind, kind == ObjectKind::kProject ? "" : project)));
}

template <typename Object>
using SnapshotGetter = arrow::Result<std::shared_ptr<const Object>> (Snapshot::*)(std::string_view project,
                                                                                  std::string_view name) const;

/// What the snapshot holds is shared by everyone; callers get copies, which are theirs to change.
template <typename Object>
auto LookUp(const FeatureStore::Parts& parts, SnapshotGetter<Object> get, ObjectKind kind, const char* error_class,
            const std::string& name, bool allow_cache)
    -> arrow::Result<decltype(OwnCopyOf(std::declval<const Object&>()))> {
  const std::string& project = parts.config.project;
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts.registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, ((*snapshot).*get)(project, name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound(error_class, kind, *snapshot, project, name);
}

bool HasTags(const Tags& tags, const Tags& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& tag) {
    const auto found = tags.find(tag.first);
    return found != tags.end() && found->second == tag.second;
  });
}

template <typename Objects>
void KeepTagged(Objects* objects, const Tags& wanted) {
  std::erase_if(*objects, [&](const auto& object) { return !HasTags(object->tags, wanted); });
}

}  // namespace

arrow::Result<std::shared_ptr<Entity>> FeatureStore::GetEntity(const std::string& name, bool allow_cache) {
  return LookUp(*parts_, &Snapshot::GetEntity, ObjectKind::kEntity, "EntityNotFoundException", name, allow_cache);
}

arrow::Result<std::shared_ptr<DataSource>> FeatureStore::GetDataSource(const std::string& name, bool allow_cache) {
  return LookUp(*parts_, &Snapshot::GetDataSource, ObjectKind::kDataSource, "DataSourceObjectNotFoundException", name,
                allow_cache);
}

arrow::Result<std::shared_ptr<FeatureView>> FeatureStore::GetFeatureView(const std::string& name, bool allow_cache) {
  return LookUp(*parts_, &Snapshot::GetFeatureView, ObjectKind::kFeatureView, "FeatureViewNotFoundException", name,
                allow_cache);
}

arrow::Result<std::shared_ptr<FeatureView>> FeatureStore::GetStreamFeatureView(const std::string& name,
                                                                               bool allow_cache) {
  return LookUp(*parts_, &Snapshot::GetStreamFeatureView, ObjectKind::kStreamFeatureView,
                "FeatureViewNotFoundException", name, allow_cache);
}

arrow::Result<std::shared_ptr<OnDemandFeatureView>> FeatureStore::GetOnDemandFeatureView(const std::string& name,
                                                                                         bool allow_cache) {
  return LookUp(*parts_, &Snapshot::GetOnDemandFeatureView, ObjectKind::kOnDemandFeatureView,
                "OnDemandFeatureViewNotFoundException", name, allow_cache);
}

arrow::Result<std::shared_ptr<FeatureService>> FeatureStore::GetFeatureService(const std::string& name,
                                                                               bool allow_cache) {
  return LookUp(*parts_, &Snapshot::GetFeatureService, ObjectKind::kFeatureService, "FeatureServiceNotFoundException",
                name, allow_cache);
}

arrow::Result<std::shared_ptr<SavedDataset>> FeatureStore::GetSavedDataset(const std::string& name, bool allow_cache) {
  return LookUp(*parts_, &Snapshot::GetSavedDataset, ObjectKind::kSavedDataset, "SavedDatasetNotFound", name,
                allow_cache);
}

arrow::Result<std::shared_ptr<Project>> FeatureStore::GetProject(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetProject(name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound("ProjectObjectNotFoundException", ObjectKind::kProject, *snapshot, project(), name);
}

arrow::Result<Definitions> FeatureStore::List(bool allow_cache, const Tags& tags) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto stored, snapshot->GetDefinitions(project()));
  // What is not wanted is not copied.
  Definitions definitions = *stored;
  std::erase_if(definitions.entities, [](const auto& entity) { return entity->name == kDummyEntityName; });
  if (tags.empty()) return OwnCopyOf(definitions);
  KeepTagged(&definitions.entities, tags);
  KeepTagged(&definitions.data_sources, tags);
  KeepTagged(&definitions.feature_views, tags);
  KeepTagged(&definitions.on_demand_feature_views, tags);
  KeepTagged(&definitions.feature_services, tags);
  KeepTagged(&definitions.saved_datasets, tags);
  return OwnCopyOf(definitions);
}

arrow::Result<std::vector<std::shared_ptr<Project>>> FeatureStore::ListProjects(bool allow_cache, const Tags& tags) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  std::vector<std::shared_ptr<Project>> projects;
  for (const core::Project& stored : snapshot->registry().projects()) {
    ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetProject(stored.spec().name()));
    projects.push_back(OwnCopyOf(*found));
  }
  KeepTagged(&projects, tags);
  return projects;
}

arrow::Status FeatureStore::RefreshRegistry() { return parts_->registry->Current(false).status(); }

}  // namespace feast
