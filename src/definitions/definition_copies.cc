#include "definitions/definition_copies.h"

#include <variant>

namespace feast {

namespace {

/// In place of what is shared, a copy of its own; nothing stays nothing.
template <typename Object>
void TakeOwn(std::shared_ptr<Object>* object) {
  if (*object != nullptr) *object = OwnCopyOf(**object);
}

template <typename Source>
std::shared_ptr<DataSource> CopyAs(const DataSource& source) {
  return std::make_shared<Source>(static_cast<const Source&>(source));
}

}  // namespace

std::shared_ptr<DataSource> CopyOf(const DataSource& source) {
  switch (source.kind()) {
    case DataSource::Kind::kFile:
      return CopyAs<FileSource>(source);
    case DataSource::Kind::kBigQuery:
      return CopyAs<BigQuerySource>(source);
    case DataSource::Kind::kSnowflake:
      return CopyAs<SnowflakeSource>(source);
    case DataSource::Kind::kRedshift:
      return CopyAs<RedshiftSource>(source);
    case DataSource::Kind::kSpark:
      return CopyAs<SparkSource>(source);
    case DataSource::Kind::kTrino:
      return CopyAs<TrinoSource>(source);
    case DataSource::Kind::kAthena:
      return CopyAs<AthenaSource>(source);
    case DataSource::Kind::kPostgres:
      return CopyAs<PostgreSQLSource>(source);
    case DataSource::Kind::kKafka:
      return CopyAs<KafkaSource>(source);
    case DataSource::Kind::kKinesis:
      return CopyAs<KinesisSource>(source);
    case DataSource::Kind::kPush:
      return CopyAs<PushSource>(source);
    case DataSource::Kind::kRequest:
      return CopyAs<RequestSource>(source);
    case DataSource::Kind::kCustom:
      return CopyAs<CustomSource>(source);
  }
  return nullptr;
}

std::shared_ptr<FeatureView> CopyOf(const FeatureView& view) {
  switch (view.kind()) {
    case BaseFeatureView::Kind::kBatch:
      return std::make_shared<BatchFeatureView>(static_cast<const BatchFeatureView&>(view));
    case BaseFeatureView::Kind::kStream:
      return std::make_shared<StreamFeatureView>(static_cast<const StreamFeatureView&>(view));
    case BaseFeatureView::Kind::kFeatureView:
    case BaseFeatureView::Kind::kOnDemand:
      break;
  }
  return std::make_shared<FeatureView>(view);
}

std::shared_ptr<Entity> OwnCopyOf(const Entity& entity) { return std::make_shared<Entity>(entity); }

std::shared_ptr<DataSource> OwnCopyOf(const DataSource& source) {
  std::shared_ptr<DataSource> copy = CopyOf(source);
  switch (copy->kind()) {
    case DataSource::Kind::kKafka:
      TakeOwn(&static_cast<KafkaSource&>(*copy).batch_source);
      break;
    case DataSource::Kind::kKinesis:
      TakeOwn(&static_cast<KinesisSource&>(*copy).batch_source);
      break;
    case DataSource::Kind::kPush:
      TakeOwn(&static_cast<PushSource&>(*copy).batch_source);
      break;
    default:
      break;
  }
  return copy;
}

std::shared_ptr<FeatureView> OwnCopyOf(const FeatureView& view) {
  std::shared_ptr<FeatureView> copy = CopyOf(view);
  TakeOwn(&copy->projection.batch_source);
  TakeOwn(&copy->batch_source);
  TakeOwn(&copy->stream_source);
  for (auto& source : copy->source_views) TakeOwn(&source);
  return copy;
}

std::shared_ptr<OnDemandFeatureView> OwnCopyOf(const OnDemandFeatureView& view) {
  auto copy = std::make_shared<OnDemandFeatureView>(view);
  TakeOwn(&copy->projection.batch_source);
  for (auto& [name, source] : copy->sources) {
    if (auto* projection = std::get_if<FeatureViewProjection>(&source)) {
      TakeOwn(&projection->batch_source);
    } else if (auto& request = std::get<std::shared_ptr<RequestSource>>(source)) {
      request = std::make_shared<RequestSource>(*request);
    }
  }
  return copy;
}

std::shared_ptr<FeatureService> OwnCopyOf(const FeatureService& service) {
  auto copy = std::make_shared<FeatureService>(service);
  for (FeatureViewProjection& projection : copy->features) TakeOwn(&projection.batch_source);
  return copy;
}

std::shared_ptr<SavedDataset> OwnCopyOf(const SavedDataset& dataset) {
  auto copy = std::make_shared<SavedDataset>(dataset);
  TakeOwn(&copy->storage);
  return copy;
}

std::shared_ptr<Project> OwnCopyOf(const Project& project) { return std::make_shared<Project>(project); }

std::shared_ptr<CarriedObject> OwnCopyOf(const CarriedObject& object) {
  return std::make_shared<CarriedObject>(object);
}

Definitions OwnCopyOf(const Definitions& definitions) {
  Definitions copy = definitions;
  TakeOwn(&copy.project);
  for (auto& entity : copy.entities) TakeOwn(&entity);
  for (auto& source : copy.data_sources) TakeOwn(&source);
  for (auto& view : copy.feature_views) TakeOwn(&view);
  for (auto& view : copy.on_demand_feature_views) TakeOwn(&view);
  for (auto& service : copy.feature_services) TakeOwn(&service);
  for (auto& dataset : copy.saved_datasets) TakeOwn(&dataset);
  for (auto& object : copy.carried_objects) TakeOwn(&object);
  return copy;
}

}  // namespace feast
