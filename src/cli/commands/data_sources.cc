// feast data-sources
#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"

namespace feast::cli {

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

arrow::Result<std::vector<ListedObject>> ListDataSources(const ProjectView& view, const Tags& tags) {
  std::vector<ListedObject> objects;
  for (const core::DataSource& source : view.snapshot->registry().data_sources()) {
    if (source.project() != view.project || !HasTags(source.tags(), tags)) continue;
    const std::string path = ClassPath(source);
    objects.push_back({{source.name(), "<class '" + path + "'>"},
                       {{"name", source.name()},
                        {"type", core::DataSource::SourceType_Name(source.type())},
                        {"class", path.substr(path.rfind('.') + 1)},
                        {"description", source.description()},
                        {"tags", TagsJson(source.tags())},
                        {"owner", source.owner()}}});
  }
  return objects;
}

}  // namespace

Command AddDataSources(Command root, Session& session) {
  return AddObjectGroup(
      root, session, {"data-sources", "data sources", ObjectKind::kDataSource, {"NAME", "CLASS"}, ListDataSources, {}});
}

}  // namespace feast::cli
