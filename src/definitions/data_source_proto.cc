#include <array>

#include "arrow/status.h"
#include "definitions/source_options.h"
#include "definitions/wire_values.h"

namespace feast {
namespace {

using Kind = DataSource::Kind;
using Wire = core::DataSource;

// Feast's file formats have no CSV, so that a source that says so outright keeps it in a tag.
constexpr const char* kFileFormatTag = "feast:file_format";

struct WireKind {
  Kind kind;
  Wire::SourceType type;
  const char* python_class;
};

constexpr std::array<WireKind, 12> kWireKinds = {{
    {Kind::kFile, Wire::BATCH_FILE, "feast.infra.offline_stores.file_source.FileSource"},
    {Kind::kBigQuery, Wire::BATCH_BIGQUERY, "feast.infra.offline_stores.bigquery_source.BigQuerySource"},
    {Kind::kSnowflake, Wire::BATCH_SNOWFLAKE, "feast.infra.offline_stores.snowflake_source.SnowflakeSource"},
    {Kind::kRedshift, Wire::BATCH_REDSHIFT, "feast.infra.offline_stores.redshift_source.RedshiftSource"},
    {Kind::kSpark, Wire::BATCH_SPARK,
     "feast.infra.offline_stores.contrib.spark_offline_store.spark_source.SparkSource"},
    {Kind::kTrino, Wire::BATCH_TRINO,
     "feast.infra.offline_stores.contrib.trino_offline_store.trino_source.TrinoSource"},
    {Kind::kAthena, Wire::BATCH_ATHENA,
     "feast.infra.offline_stores.contrib.athena_offline_store.athena_source.AthenaSource"},
    {Kind::kPostgres, Wire::CUSTOM_SOURCE,
     "feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source.PostgreSQLSource"},
    {Kind::kKafka, Wire::STREAM_KAFKA, "feast.data_source.KafkaSource"},
    {Kind::kKinesis, Wire::STREAM_KINESIS, "feast.data_source.KinesisSource"},
    {Kind::kPush, Wire::PUSH_SOURCE, "feast.data_source.PushSource"},
    {Kind::kRequest, Wire::REQUEST_SOURCE, "feast.data_source.RequestSource"},
}};

const WireKind* FindWireKind(Kind kind) {
  for (const WireKind& wire_kind : kWireKinds) {
    if (wire_kind.kind == kind) return &wire_kind;
  }
  return nullptr;
}

core::StreamFormat FormatToWire(const StreamFormat& format) {
  core::StreamFormat wire;
  switch (format.kind) {
    case StreamFormat::Kind::kAvro:
      wire.mutable_avro_format()->set_schema_json(format.definition);
      break;
    case StreamFormat::Kind::kJson:
      wire.mutable_json_format()->set_schema_json(format.definition);
      break;
    case StreamFormat::Kind::kProto:
      wire.mutable_proto_format()->set_class_path(format.definition);
      break;
    case StreamFormat::Kind::kNone:
      break;
  }
  return wire;
}

StreamFormat FormatFromWire(const core::StreamFormat& wire) {
  if (wire.has_avro_format()) return {StreamFormat::Kind::kAvro, wire.avro_format().schema_json()};
  if (wire.has_json_format()) return {StreamFormat::Kind::kJson, wire.json_format().schema_json()};
  if (wire.has_proto_format()) return {StreamFormat::Kind::kProto, wire.proto_format().class_path()};
  return {};
}

void PutKafka(const KafkaSource& source, Wire* wire) {
  auto* options = wire->mutable_kafka_options();
  options->set_kafka_bootstrap_servers(source.bootstrap_servers);
  options->set_topic(source.topic);
  *options->mutable_message_format() = FormatToWire(source.message_format);
  if (source.watermark_delay_threshold) {
    *options->mutable_watermark_delay_threshold() = ToWire(*source.watermark_delay_threshold);
  }
  if (source.batch_source != nullptr) *wire->mutable_batch_source() = ToProto(*source.batch_source);
}

void PutKinesis(const KinesisSource& source, Wire* wire) {
  auto* options = wire->mutable_kinesis_options();
  options->set_region(source.region);
  options->set_stream_name(source.stream_name);
  *options->mutable_record_format() = FormatToWire(source.record_format);
  if (source.batch_source != nullptr) *wire->mutable_batch_source() = ToProto(*source.batch_source);
}

// A push source has no columns of its own: on the wire it shows those of its batch source.
void PutPush(const PushSource& source, Wire* wire) {
  if (source.batch_source == nullptr) return;
  const DataSource& batch = *source.batch_source;
  wire->set_timestamp_field(batch.timestamp_field);
  wire->set_created_timestamp_column(batch.created_timestamp_column);
  wire->set_date_partition_column(batch.date_partition_column);
  wire->clear_field_mapping();
  PutMap(batch.field_mapping, wire->mutable_field_mapping());
  *wire->mutable_batch_source() = ToProto(batch);
}

void PutCustom(const CustomSource& source, Wire* wire) {
  // Feast gave Iceberg tables a number of their own, yet stores them as custom sources.
  const bool iceberg = source.class_type.find(".iceberg_catalog.") != std::string::npos;
  wire->set_type(iceberg ? Wire::BATCH_ICEBERG : Wire::CUSTOM_SOURCE);
  wire->set_data_source_class_type(source.class_type);
  wire->mutable_custom_options()->set_configuration(source.configuration);
}

void PutFile(const FileSource& source, Wire* wire) {
  *wire->mutable_file_options() = OptionsToWire(source);
  if (source.format == FileFormat::kCsv) (*wire->mutable_tags())[kFileFormatTag] = "csv";
}

void PutOptions(const DataSource& source, Wire* wire) {
  switch (source.kind()) {
    case Kind::kFile:
      PutFile(static_cast<const FileSource&>(source), wire);
      break;
    case Kind::kBigQuery:
      *wire->mutable_bigquery_options() = OptionsToWire(static_cast<const BigQuerySource&>(source));
      break;
    case Kind::kSnowflake:
      *wire->mutable_snowflake_options() = OptionsToWire(static_cast<const SnowflakeSource&>(source));
      break;
    case Kind::kRedshift:
      *wire->mutable_redshift_options() = OptionsToWire(static_cast<const RedshiftSource&>(source));
      break;
    case Kind::kSpark:
      *wire->mutable_spark_options() = OptionsToWire(static_cast<const SparkSource&>(source));
      wire->set_data_source_class_type(PythonClass(source));
      break;
    case Kind::kTrino:
      *wire->mutable_trino_options() = OptionsToWire(static_cast<const TrinoSource&>(source));
      break;
    case Kind::kAthena:
      *wire->mutable_athena_options() = OptionsToWire(static_cast<const AthenaSource&>(source));
      break;
    case Kind::kPostgres:
      wire->mutable_custom_options()->set_configuration(
          PythonJsonObject(PostgresConfiguration(static_cast<const PostgreSQLSource&>(source))));
      wire->set_data_source_class_type(PythonClass(source));
      break;
    case Kind::kKafka:
      PutKafka(static_cast<const KafkaSource&>(source), wire);
      break;
    case Kind::kKinesis:
      PutKinesis(static_cast<const KinesisSource&>(source), wire);
      break;
    case Kind::kPush:
      PutPush(static_cast<const PushSource&>(source), wire);
      break;
    case Kind::kRequest:
      PutFields(static_cast<const RequestSource&>(source).schema,
                wire->mutable_request_data_options()->mutable_schema());
      break;
    case Kind::kCustom:
      PutCustom(static_cast<const CustomSource&>(source), wire);
      break;
  }
}

// The columns and labels that every source has.
void TakeCommon(const Wire& wire, DataSource* source) {
  source->name = wire.name();
  source->description = wire.description();
  source->tags = TakeMap(wire.tags());
  source->owner = wire.owner();
  TakeTimes(wire.meta(), source);
  if (wire.type() == Wire::PUSH_SOURCE) return;
  source->timestamp_field = wire.timestamp_field();
  source->created_timestamp_column = wire.created_timestamp_column();
  source->date_partition_column = wire.date_partition_column();
  source->timestamp_field_type = wire.timestamp_field_type();
  source->field_mapping = TakeMap(wire.field_mapping());
}

arrow::Status WrongOptions(const Wire& wire) {
  const std::string type = Wire::SourceType_Name(wire.type());
  return arrow::Status::Invalid("Data source '", wire.name(), "' in the registry is of type ",
                                type.empty() ? std::to_string(wire.type()) : type,
                                " but has no matching options. Apply it again, or use a newer version");
}

// A batch source, whose options are all that it has of its own.
template <typename Source, typename Options>
arrow::Result<std::shared_ptr<DataSource>> TakeBatch(const Wire& wire, bool present, const Options& options) {
  if (!present) return WrongOptions(wire);
  auto source = std::make_shared<Source>();
  TakeCommon(wire, source.get());
  OptionsFromWire(options, source.get());
  return source;
}

arrow::Result<std::shared_ptr<DataSource>> TakeFile(const Wire& wire) {
  ARROW_ASSIGN_OR_RAISE(auto source, TakeBatch<FileSource>(wire, wire.has_file_options(), wire.file_options()));
  if (source->tags.erase(kFileFormatTag) > 0) static_cast<FileSource&>(*source).format = FileFormat::kCsv;
  return source;
}

arrow::Result<std::shared_ptr<DataSource>> TakeKafka(const Wire& wire) {
  if (!wire.has_kafka_options()) return WrongOptions(wire);
  auto source = std::make_shared<KafkaSource>();
  TakeCommon(wire, source.get());
  const auto& options = wire.kafka_options();
  source->bootstrap_servers = options.kafka_bootstrap_servers();
  source->topic = options.topic();
  source->message_format = FormatFromWire(options.message_format());
  if (options.has_watermark_delay_threshold()) {
    source->watermark_delay_threshold = FromWire(options.watermark_delay_threshold());
  }
  ARROW_ASSIGN_OR_RAISE(source->batch_source, TakeSource(wire.has_batch_source(), wire.batch_source()));
  return source;
}

arrow::Result<std::shared_ptr<DataSource>> TakeKinesis(const Wire& wire) {
  if (!wire.has_kinesis_options()) return WrongOptions(wire);
  auto source = std::make_shared<KinesisSource>();
  TakeCommon(wire, source.get());
  source->region = wire.kinesis_options().region();
  source->stream_name = wire.kinesis_options().stream_name();
  source->record_format = FormatFromWire(wire.kinesis_options().record_format());
  ARROW_ASSIGN_OR_RAISE(source->batch_source, TakeSource(wire.has_batch_source(), wire.batch_source()));
  return source;
}

arrow::Result<std::shared_ptr<DataSource>> TakePush(const Wire& wire) {
  auto source = std::make_shared<PushSource>();
  TakeCommon(wire, source.get());
  ARROW_ASSIGN_OR_RAISE(source->batch_source, TakeSource(wire.has_batch_source(), wire.batch_source()));
  return source;
}

std::shared_ptr<DataSource> TakeRequest(const Wire& wire) {
  auto source = std::make_shared<RequestSource>();
  TakeCommon(wire, source.get());
  source->schema = TakeFields(wire.request_data_options().schema());
  if (source->schema.empty()) {
    // What the schema was before it became a list; a map has no order, so by name.
    std::map<std::string, Type> by_name;
    for (const auto& [name, value_type] : wire.request_data_options().deprecated_schema()) {
      by_name[name] = Type::Of(static_cast<ValueType>(value_type));
    }
    for (const auto& [name, type] : by_name) source->schema.push_back(Field{.name = name, .type = type});
  }
  return source;
}

arrow::Result<std::shared_ptr<DataSource>> TakeCustom(const Wire& wire) {
  if (wire.data_source_class_type() == FindWireKind(Kind::kPostgres)->python_class) {
    auto source = std::make_shared<PostgreSQLSource>();
    TakeCommon(wire, source.get());
    ARROW_RETURN_NOT_OK(ReadPostgresConfiguration(wire.custom_options().configuration(), source.get()));
    return source;
  }
  auto source = std::make_shared<CustomSource>();
  TakeCommon(wire, source.get());
  source->class_type = wire.data_source_class_type();
  source->configuration = wire.custom_options().configuration();
  return source;
}

}  // namespace

std::string PythonClass(const DataSource& source) {
  if (source.kind() == Kind::kCustom) return static_cast<const CustomSource&>(source).class_type;
  return FindWireKind(source.kind())->python_class;
}

core::DataSource ToProto(const DataSource& source, const std::string& project) {
  Wire wire;
  wire.set_name(source.name);
  wire.set_timestamp_field(source.timestamp_field);
  wire.set_created_timestamp_column(source.created_timestamp_column);
  wire.set_date_partition_column(source.date_partition_column);
  wire.set_timestamp_field_type(source.timestamp_field_type);
  PutMap(source.field_mapping, wire.mutable_field_mapping());
  wire.set_description(source.description);
  PutMap(source.tags, wire.mutable_tags());
  wire.set_owner(source.owner);
  if (const WireKind* wire_kind = FindWireKind(source.kind())) wire.set_type(wire_kind->type);
  PutOptions(source, &wire);
  PutTimes(source, wire.mutable_meta());
  if (!project.empty()) {
    wire.set_project(project);
    wire.set_data_source_class_type(PythonClass(source));
  }
  return wire;
}

core::DataSource EmbeddedSource(const DataSource& source) {
  Wire wire = ToProto(source);
  wire.set_data_source_class_type(PythonClass(source));
  return wire;
}

arrow::Result<std::shared_ptr<DataSource>> TakeSource(bool present, const core::DataSource& source) {
  if (!present) return nullptr;
  return FromProto(source);
}

arrow::Result<std::shared_ptr<DataSource>> FromProto(const core::DataSource& proto) {
  switch (proto.type()) {
    case Wire::BATCH_FILE:
      return TakeFile(proto);
    case Wire::BATCH_BIGQUERY:
      return TakeBatch<BigQuerySource>(proto, proto.has_bigquery_options(), proto.bigquery_options());
    case Wire::BATCH_SNOWFLAKE:
      return TakeBatch<SnowflakeSource>(proto, proto.has_snowflake_options(), proto.snowflake_options());
    case Wire::BATCH_REDSHIFT:
      return TakeBatch<RedshiftSource>(proto, proto.has_redshift_options(), proto.redshift_options());
    case Wire::BATCH_SPARK:
      return TakeBatch<SparkSource>(proto, proto.has_spark_options(), proto.spark_options());
    case Wire::BATCH_TRINO:
      return TakeBatch<TrinoSource>(proto, proto.has_trino_options(), proto.trino_options());
    case Wire::BATCH_ATHENA:
      return TakeBatch<AthenaSource>(proto, proto.has_athena_options(), proto.athena_options());
    case Wire::STREAM_KAFKA:
      return TakeKafka(proto);
    case Wire::STREAM_KINESIS:
      return TakeKinesis(proto);
    case Wire::PUSH_SOURCE:
      return TakePush(proto);
    case Wire::REQUEST_SOURCE:
      return TakeRequest(proto);
    case Wire::CUSTOM_SOURCE:
    case Wire::BATCH_ICEBERG:
      return TakeCustom(proto);
    default:
      return WrongOptions(proto);
  }
}

}  // namespace feast
