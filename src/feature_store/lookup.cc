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

// What the snapshot holds is shared by everyone; callers get copies, which are theirs to change.

arrow::Result<std::shared_ptr<Entity>> FeatureStore::GetEntity(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetEntity(project(), name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound("EntityNotFoundException", ObjectKind::kEntity, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<DataSource>> FeatureStore::GetDataSource(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetDataSource(project(), name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound("DataSourceObjectNotFoundException", ObjectKind::kDataSource, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<FeatureView>> FeatureStore::GetFeatureView(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetFeatureView(project(), name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound("FeatureViewNotFoundException", ObjectKind::kFeatureView, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<FeatureView>> FeatureStore::GetStreamFeatureView(const std::string& name,
                                                                               bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetStreamFeatureView(project(), name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound("FeatureViewNotFoundException", ObjectKind::kStreamFeatureView, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<OnDemandFeatureView>> FeatureStore::GetOnDemandFeatureView(const std::string& name,
                                                                                         bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetOnDemandFeatureView(project(), name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound("OnDemandFeatureViewNotFoundException", ObjectKind::kOnDemandFeatureView, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<FeatureService>> FeatureStore::GetFeatureService(const std::string& name,
                                                                               bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetFeatureService(project(), name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound("FeatureServiceNotFoundException", ObjectKind::kFeatureService, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<SavedDataset>> FeatureStore::GetSavedDataset(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(allow_cache));
  ARROW_ASSIGN_OR_RAISE(const auto found, snapshot->GetSavedDataset(project(), name));
  if (found != nullptr) return OwnCopyOf(*found);
  return NotFound("SavedDatasetNotFound", ObjectKind::kSavedDataset, *snapshot, project(), name);
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
