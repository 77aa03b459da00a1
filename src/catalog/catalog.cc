#include "catalog/catalog.h"

#include <utility>

#include "catalog/list_objects.h"
#include "definitions/proto.h"
#include "registry/registry.h"
#include "registry/registry_objects.h"

namespace feast {

arrow::Result<Catalog> Catalog::Open(const RepoConfig& config) {
  ARROW_ASSIGN_OR_RAISE(const std::unique_ptr<Registry> registry, Registry::Open(config));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<const Snapshot> snapshot, registry->ReadProject(config.project));
  return Catalog(std::move(snapshot), config.project);
}

Catalog::Catalog(std::shared_ptr<const Snapshot> snapshot, std::string project)
    : snapshot_(std::move(snapshot)), project_(std::move(project)) {}

namespace {

arrow::Result<Listing> ListedAs(ObjectKind kind, const ListedProject& asked) {
  switch (kind) {
    case ObjectKind::kProject:
      return ListProjects(asked);
    case ObjectKind::kDataSource:
      return ListDataSources(asked);
    case ObjectKind::kEntity:
      return ListEntities(asked);
    case ObjectKind::kFeatureView:
      return ListFeatureViews(asked);
    case ObjectKind::kOnDemandFeatureView:
      return ListOnDemandFeatureViews(asked);
    case ObjectKind::kStreamFeatureView:
      return ListStreamFeatureViews(asked);
    case ObjectKind::kLabelView:
      return ListLabelViews(asked);
    case ObjectKind::kFeatureService:
      return ListFeatureServices(asked);
    case ObjectKind::kSavedDataset:
      return ListSavedDatasets(asked);
    case ObjectKind::kValidationReference:
    case ObjectKind::kPermission:
      break;
  }
  return arrow::Status::NotImplemented("Objects of this kind are kept but not listed: ", ObjectKindName(kind));
}

}  // namespace

arrow::Result<Listing> Catalog::List(ObjectKind kind, const Tags& tags) const {
  ARROW_ASSIGN_OR_RAISE(Listing listing, ListedAs(kind, {*snapshot_, project_, tags}));
  return WithoutSecrets(std::move(listing));
}

std::map<ObjectKind, int64_t> Catalog::Counts() const {
  std::map<ObjectKind, int64_t> counts;
  ForEachObject(snapshot_->registry(),
                [&](ObjectKind kind, const std::string& project, const std::string& name, const auto&) {
                  const bool ours = kind == ObjectKind::kProject ? name == project_ : project == project_;
                  if (ours && name != kDummyEntityName) ++counts[kind];
                });
  return counts;
}

arrow::Result<NamedObject> Catalog::FindByName(const std::string& name) const {
  NamedObject found;
  Definitions& definition = found.definition;
  if (const auto* entity = snapshot_->FindEntity(project_, name)) {
    found.class_name = "Entity";
    definition.entities.push_back(std::make_shared<Entity>(FromProto(*entity)));
  } else if (const auto* view = snapshot_->FindFeatureView(project_, name)) {
    found.class_name = "FeatureView";
    ARROW_ASSIGN_OR_RAISE(definition.feature_views.emplace_back(), FromProto(*view));
  } else if (const auto* service = snapshot_->FindFeatureService(project_, name)) {
    found.class_name = "FeatureService";
    definition.feature_services.push_back(std::make_shared<FeatureService>(FromProto(*service)));
  } else if (const auto* source = snapshot_->FindDataSource(project_, name)) {
    found.class_name = "DataSource";
    ARROW_ASSIGN_OR_RAISE(definition.data_sources.emplace_back(), FromProto(*source));
  } else if (const auto* dataset = snapshot_->FindSavedDataset(project_, name)) {
    found.class_name = "SavedDataset";
    ARROW_ASSIGN_OR_RAISE(SavedDataset saved, FromProto(*dataset));
    definition.saved_datasets.push_back(std::make_shared<SavedDataset>(std::move(saved)));
  } else if (const auto* stream = snapshot_->FindStreamFeatureView(project_, name)) {
    found.class_name = "StreamFeatureView";
    ARROW_ASSIGN_OR_RAISE(definition.feature_views.emplace_back(), FromProto(*stream));
  } else if (const auto* on_demand = snapshot_->FindOnDemandFeatureView(project_, name)) {
    found.class_name = "OnDemandFeatureView";
    ARROW_ASSIGN_OR_RAISE(definition.on_demand_feature_views.emplace_back(), FromProto(*on_demand));
  }
  return found;
}

}  // namespace feast
