// Looking objects up in the registry.
#include <algorithm>
#include <utility>

#include "definitions/proto.h"
#include "feast/errors.h"
#include "feast/feature_store.h"
#include "offline/offline_store.h"
#include "online/online_store.h"
#include "registry/registry.h"

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

template <typename T>
std::shared_ptr<T> Shared(T value) {
  return std::make_shared<T>(std::move(value));
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
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  if (const auto* stored = snapshot->FindEntity(project(), name)) return Shared(FromProto(*stored));
  return NotFound("EntityNotFoundException", ObjectKind::kEntity, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<DataSource>> FeatureStore::GetDataSource(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  if (const auto* stored = snapshot->FindDataSource(project(), name)) return FromProto(*stored);
  return NotFound("DataSourceObjectNotFoundException", ObjectKind::kDataSource, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<FeatureView>> FeatureStore::GetFeatureView(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  if (const auto* stored = snapshot->FindFeatureView(project(), name)) return FromProto(*stored);
  return NotFound("FeatureViewNotFoundException", ObjectKind::kFeatureView, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<FeatureView>> FeatureStore::GetStreamFeatureView(const std::string& name,
                                                                               bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  if (const auto* stored = snapshot->FindStreamFeatureView(project(), name)) return FromProto(*stored);
  return NotFound("FeatureViewNotFoundException", ObjectKind::kStreamFeatureView, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<OnDemandFeatureView>> FeatureStore::GetOnDemandFeatureView(const std::string& name,
                                                                                         bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  if (const auto* stored = snapshot->FindOnDemandFeatureView(project(), name)) return FromProto(*stored);
  return NotFound("OnDemandFeatureViewNotFoundException", ObjectKind::kOnDemandFeatureView, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<FeatureService>> FeatureStore::GetFeatureService(const std::string& name,
                                                                               bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  if (const auto* stored = snapshot->FindFeatureService(project(), name)) return Shared(FromProto(*stored));
  return NotFound("FeatureServiceNotFoundException", ObjectKind::kFeatureService, *snapshot, project(), name);
}

arrow::Result<std::shared_ptr<SavedDataset>> FeatureStore::GetSavedDataset(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  const auto* stored = snapshot->FindSavedDataset(project(), name);
  if (!stored) return NotFound("SavedDatasetNotFound", ObjectKind::kSavedDataset, *snapshot, project(), name);
  ARROW_ASSIGN_OR_RAISE(SavedDataset dataset, FromProto(*stored));
  return Shared(std::move(dataset));
}

arrow::Result<std::shared_ptr<Project>> FeatureStore::GetProject(const std::string& name, bool allow_cache) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  if (const auto* stored = snapshot->FindProject(name)) return Shared(FromProto(*stored));
  return NotFound("ProjectObjectNotFoundException", ObjectKind::kProject, *snapshot, project(), name);
}

arrow::Result<Definitions> FeatureStore::List(bool allow_cache, const Tags& tags) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  Definitions definitions = ReadableFromProto(snapshot->registry(), project());
  std::erase_if(definitions.entities, [](const auto& entity) { return entity->name == kDummyEntityName; });
  if (tags.empty()) return definitions;
  KeepTagged(&definitions.entities, tags);
  KeepTagged(&definitions.data_sources, tags);
  KeepTagged(&definitions.feature_views, tags);
  KeepTagged(&definitions.on_demand_feature_views, tags);
  KeepTagged(&definitions.feature_services, tags);
  KeepTagged(&definitions.saved_datasets, tags);
  return definitions;
}

arrow::Result<std::vector<std::shared_ptr<Project>>> FeatureStore::ListProjects(bool allow_cache, const Tags& tags) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_->Current(allow_cache));
  std::vector<std::shared_ptr<Project>> projects;
  for (const core::Project& stored : snapshot->registry().projects()) projects.push_back(Shared(FromProto(stored)));
  KeepTagged(&projects, tags);
  return projects;
}

arrow::Status FeatureStore::RefreshRegistry() { return registry_->Current(false).status(); }

}  // namespace feast
