#include "feast/data_source.h"

namespace feast {

std::string_view DataSource::class_name() const {
  switch (kind_) {
    case Kind::kFile:
      return "FileSource";
    case Kind::kBigQuery:
      return "BigQuerySource";
    case Kind::kSnowflake:
      return "SnowflakeSource";
    case Kind::kRedshift:
      return "RedshiftSource";
    case Kind::kSpark:
      return "SparkSource";
    case Kind::kTrino:
      return "TrinoSource";
    case Kind::kAthena:
      return "AthenaSource";
    case Kind::kPostgres:
      return "PostgreSQLSource";
    case Kind::kKafka:
      return "KafkaSource";
    case Kind::kKinesis:
      return "KinesisSource";
    case Kind::kPush:
      return "PushSource";
    case Kind::kRequest:
      return "RequestSource";
    case Kind::kCustom:
      return "CustomSource";
  }
  return "DataSource";
}

std::shared_ptr<DataSource> BatchSourceOf(const std::shared_ptr<DataSource>& source) {
  if (source == nullptr) return nullptr;
  switch (source->kind()) {
    case DataSource::Kind::kKafka:
      return static_cast<const KafkaSource&>(*source).batch_source;
    case DataSource::Kind::kKinesis:
      return static_cast<const KinesisSource&>(*source).batch_source;
    case DataSource::Kind::kPush:
      return static_cast<const PushSource&>(*source).batch_source;
    default:
      return source;
  }
}

}  // namespace feast
