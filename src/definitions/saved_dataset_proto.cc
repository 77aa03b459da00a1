#include <nlohmann/json.hpp>

#include "arrow/status.h"
#include "definitions/source_options.h"
#include "definitions/wire_values.h"
#include "text/json_text.h"

namespace feast {
namespace {

using Kind = DataSource::Kind;

// Feast tells by this key which class wrote a custom storage.
constexpr const char* kStorageClassKey = "saved_dataset_storage_class";
constexpr const char* kPostgresStorageClass =
    "feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source.SavedDatasetPostgreSQLStorage";

std::string PostgresStorageConfiguration(const PostgreSQLSource& source) {
  auto configuration = PostgresConfiguration(source);
  configuration.emplace_back(kStorageClassKey, kPostgresStorageClass);
  return PythonJsonObject(configuration);
}

core::SavedDatasetStorage StorageToWire(const DataSource& source) {
  core::SavedDatasetStorage wire;
  switch (source.kind()) {
    case Kind::kFile:
      *wire.mutable_file_storage() = OptionsToWire(static_cast<const FileSource&>(source));
      break;
    case Kind::kBigQuery:
      *wire.mutable_bigquery_storage() = OptionsToWire(static_cast<const BigQuerySource&>(source));
      break;
    case Kind::kSnowflake:
      *wire.mutable_snowflake_storage() = OptionsToWire(static_cast<const SnowflakeSource&>(source));
      break;
    case Kind::kRedshift:
      *wire.mutable_redshift_storage() = OptionsToWire(static_cast<const RedshiftSource&>(source));
      break;
    case Kind::kSpark:
      *wire.mutable_spark_storage() = OptionsToWire(static_cast<const SparkSource&>(source));
      break;
    case Kind::kTrino:
      *wire.mutable_trino_storage() = OptionsToWire(static_cast<const TrinoSource&>(source));
      break;
    case Kind::kAthena:
      *wire.mutable_athena_storage() = OptionsToWire(static_cast<const AthenaSource&>(source));
      break;
    case Kind::kPostgres:
      wire.mutable_custom_storage()->set_configuration(
          PostgresStorageConfiguration(static_cast<const PostgreSQLSource&>(source)));
      break;
    case Kind::kCustom:
      wire.mutable_custom_storage()->set_configuration(static_cast<const CustomSource&>(source).configuration);
      break;
    case Kind::kKafka:
    case Kind::kKinesis:
    case Kind::kPush:
    case Kind::kRequest:
      // Rows cannot be kept in these; the storage stays empty and reading the dataset says so.
      break;
  }
  return wire;
}

template <typename Source, typename Options>
std::shared_ptr<DataSource> TakeStorage(const Options& options) {
  auto source = std::make_shared<Source>();
  OptionsFromWire(options, source.get());
  if constexpr (requires { source->table; }) {
    source->name = source->table;
  } else {
    source->name = source->path;
  }
  return source;
}

arrow::Result<std::shared_ptr<DataSource>> CustomStorage(const std::string& configuration) {
  const auto json = ParseJson(configuration);
  if (json.is_object() && json.contains(kStorageClassKey) && json[kStorageClassKey] == kPostgresStorageClass) {
    auto source = std::make_shared<PostgreSQLSource>();
    ARROW_RETURN_NOT_OK(ReadPostgresConfiguration(configuration, source.get()));
    return source;
  }
  auto source = std::make_shared<CustomSource>();
  source->configuration = configuration;
  return source;
}

arrow::Result<std::shared_ptr<DataSource>> StorageFromWire(const core::SavedDatasetStorage& wire) {
  switch (wire.kind_case()) {
    case core::SavedDatasetStorage::kFileStorage:
      return TakeStorage<FileSource>(wire.file_storage());
    case core::SavedDatasetStorage::kBigqueryStorage:
      return TakeStorage<BigQuerySource>(wire.bigquery_storage());
    case core::SavedDatasetStorage::kSnowflakeStorage:
      return TakeStorage<SnowflakeSource>(wire.snowflake_storage());
    case core::SavedDatasetStorage::kRedshiftStorage:
      return TakeStorage<RedshiftSource>(wire.redshift_storage());
    case core::SavedDatasetStorage::kSparkStorage:
      return TakeStorage<SparkSource>(wire.spark_storage());
    case core::SavedDatasetStorage::kTrinoStorage:
      return TakeStorage<TrinoSource>(wire.trino_storage());
    case core::SavedDatasetStorage::kAthenaStorage:
      return TakeStorage<AthenaSource>(wire.athena_storage());
    case core::SavedDatasetStorage::kCustomStorage:
      return CustomStorage(wire.custom_storage().configuration());
    case core::SavedDatasetStorage::KIND_NOT_SET:
      break;
  }
  return nullptr;
}

}  // namespace

core::SavedDataset ToProto(const SavedDataset& dataset, const std::string& project) {
  core::SavedDataset wire;
  core::SavedDatasetSpec* spec = wire.mutable_spec();
  spec->set_name(dataset.name);
  spec->set_project(project);
  for (const std::string& feature : dataset.features) spec->add_features(feature);
  for (const std::string& join_key : dataset.join_keys) spec->add_join_keys(join_key);
  spec->set_full_feature_names(dataset.full_feature_names);
  if (dataset.storage != nullptr) *spec->mutable_storage() = StorageToWire(*dataset.storage);
  spec->set_feature_service_name(dataset.feature_service_name);
  PutMap(dataset.tags, spec->mutable_tags());
  spec->set_namespace_(dataset.namespace_name);
  spec->set_collection(dataset.collection);
  spec->set_description(dataset.description);
  core::SavedDatasetMeta* meta = wire.mutable_meta();
  PutTimes(dataset, meta);
  if (dataset.min_event_timestamp != Timestamp{}) {
    *meta->mutable_min_event_timestamp() = ToWire(dataset.min_event_timestamp);
  }
  if (dataset.max_event_timestamp != Timestamp{}) {
    *meta->mutable_max_event_timestamp() = ToWire(dataset.max_event_timestamp);
  }
  return wire;
}

arrow::Result<SavedDataset> FromProto(const core::SavedDataset& proto) {
  const core::SavedDatasetSpec& spec = proto.spec();
  SavedDataset dataset;
  dataset.name = spec.name();
  dataset.features = TakeStrings(spec.features());
  dataset.join_keys = TakeStrings(spec.join_keys());
  dataset.full_feature_names = spec.full_feature_names();
  ARROW_ASSIGN_OR_RAISE(dataset.storage, StorageFromWire(spec.storage()));
  dataset.feature_service_name = spec.feature_service_name();
  dataset.tags = TakeMap(spec.tags());
  dataset.namespace_name = spec.namespace_();
  dataset.collection = spec.collection();
  dataset.description = spec.description();
  TakeTimes(proto.meta(), &dataset);
  dataset.min_event_timestamp = FromWire(proto.meta().min_event_timestamp());
  dataset.max_event_timestamp = FromWire(proto.meta().max_event_timestamp());
  return dataset;
}

}  // namespace feast
