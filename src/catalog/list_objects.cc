#include "catalog/list_objects.h"

#include <map>
#include <vector>

#include "catalog/tagged_objects.h"
#include "feast/definitions.h"

namespace feast {

namespace {

/// The class users import from Feast for a source of this type.
std::string ClassPath(const core::DataSource& source) {
  if (!source.data_source_class_type().empty()) return source.data_source_class_type();
  const std::string stores = "feast.infra.offline_stores.";
  switch (source.type()) {
    case core::DataSource::BATCH_FILE:
      return stores + "file_source.FileSource";
    case core::DataSource::BATCH_BIGQUERY:
      return stores + "bigquery_source.BigQuerySource";
    case core::DataSource::BATCH_REDSHIFT:
      return stores + "redshift_source.RedshiftSource";
    case core::DataSource::BATCH_SNOWFLAKE:
      return stores + "snowflake_source.SnowflakeSource";
    case core::DataSource::BATCH_SPARK:
      return stores + "contrib.spark_offline_store.spark_source.SparkSource";
    case core::DataSource::BATCH_TRINO:
      return stores + "contrib.trino_offline_store.trino_source.TrinoSource";
    case core::DataSource::BATCH_ATHENA:
      return stores + "contrib.athena_offline_store.athena_source.AthenaSource";
    case core::DataSource::STREAM_KAFKA:
      return "feast.data_source.KafkaSource";
    case core::DataSource::STREAM_KINESIS:
      return "feast.data_source.KinesisSource";
    case core::DataSource::REQUEST_SOURCE:
      return "feast.data_source.RequestSource";
    case core::DataSource::PUSH_SOURCE:
      return "feast.data_source.PushSource";
    default:
      return "feast.data_source.DataSource";
  }
}

/// A Python dict, which is how Feast shows tags.
template <typename Map>
std::string ShowTags(const Map& tags) {
  std::string out;
  for (const auto& [key, value] : std::map<std::string, std::string>(tags.begin(), tags.end())) {
    out.append(out.empty() ? "'" : ", '").append(key).append("': '").append(value).append("'");
  }
  return "{" + out + "}";
}

}  // namespace

Listing ListProjects(const ListedProject& asked) {
  Listing listing{{"NAME", "DESCRIPTION", "TAGS", "OWNER"}, {}};
  for (const core::Project& project : asked.snapshot.registry().projects()) {
    const core::ProjectSpec& spec = project.spec();
    if (!HasTags(spec.tags(), asked.tags)) continue;
    listing.objects.push_back({{spec.name(), spec.description(), ShowTags(spec.tags()), spec.owner()},
                               {{"name", spec.name()},
                                {"description", spec.description()},
                                {"tags", TagsJson(spec.tags())},
                                {"owner", spec.owner()}}});
  }
  return listing;
}

Listing ListDataSources(const ListedProject& asked) {
  Listing listing{{"NAME", "CLASS"}, {}};
  ForEachTagged(asked.snapshot.registry().data_sources(), asked.project, asked.tags,
                [&](const core::DataSource& source) {
                  const std::string path = ClassPath(source);
                  listing.objects.push_back({{source.name(), "<class '" + path + "'>"},
                                             {{"name", source.name()},
                                              {"type", core::DataSource::SourceType_Name(source.type())},
                                              {"class", path.substr(path.rfind('.') + 1)},
                                              {"description", source.description()},
                                              {"tags", TagsJson(source.tags())},
                                              {"owner", source.owner()}}});
                });
  return listing;
}

Listing ListEntities(const ListedProject& asked) {
  Listing listing{{"NAME", "DESCRIPTION", "TYPE"}, {}};
  ForEachTagged(asked.snapshot.registry().entities(), asked.project, asked.tags, [&](const core::Entity& entity) {
    const core::EntitySpecV2& spec = entity.spec();
    if (spec.name() == kDummyEntityName) return;
    const auto value_type = static_cast<ValueType>(spec.value_type());
    // Feast's name for the type of an entity that declares none.
    const std::string type = value_type == ValueType::kInvalid ? "UNKNOWN" : std::string(ValueTypeName(value_type));
    listing.objects.push_back({{spec.name(), spec.description(), "ValueType." + type},
                               {{"name", spec.name()},
                                {"description", spec.description()},
                                {"value_type", type},
                                {"join_key", spec.join_key()},
                                {"tags", TagsJson(spec.tags())},
                                {"owner", spec.owner()}}});
  });
  return listing;
}

Listing ListFeatureServices(const ListedProject& asked) {
  Listing listing{{"NAME", "FEATURES"}, {}};
  ForEachTagged(asked.snapshot.registry().feature_services(), asked.project, asked.tags,
                [&](const core::FeatureService& service) {
                  const core::FeatureServiceSpec& spec = service.spec();
                  std::vector<std::string> references;
                  std::string shown;
                  for (const core::FeatureViewProjection& projection : spec.features()) {
                    for (const core::FeatureSpecV2& feature : projection.feature_columns()) {
                      references.push_back(projection.feature_view_name() + ":" + feature.name());
                      shown += (shown.empty() ? "" : ", ") + references.back();
                    }
                  }
                  listing.objects.push_back({{spec.name(), shown},
                                             {{"name", spec.name()},
                                              {"features", references},
                                              {"description", spec.description()},
                                              {"tags", TagsJson(spec.tags())},
                                              {"owner", spec.owner()}}});
                });
  return listing;
}

Listing ListSavedDatasets(const ListedProject& asked) {
  Listing listing{{"NAME"}, {}};
  ForEachTagged(asked.snapshot.registry().saved_datasets(), asked.project, asked.tags,
                [&](const core::SavedDataset& dataset) {
                  const core::SavedDatasetSpec& spec = dataset.spec();
                  listing.objects.push_back(
                      {{spec.name()},
                       {{"name", spec.name()},
                        {"features", std::vector<std::string>(spec.features().begin(), spec.features().end())},
                        {"feature_service", spec.feature_service_name()},
                        {"tags", TagsJson(spec.tags())}}});
                });
  return listing;
}

}  // namespace feast
