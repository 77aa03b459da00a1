#include "definitions/source_options.h"

#include <nlohmann/json.hpp>

#include "arrow/status.h"
#include "text/json_text.h"
#include "text/redaction.h"

namespace feast {

core::DataSource::FileOptions OptionsToWire(const FileSource& source) {
  core::DataSource::FileOptions wire;
  wire.set_uri(source.path);
  wire.set_s3_endpoint_override(source.s3_endpoint_override);
  if (source.format == FileFormat::kParquet) wire.mutable_file_format()->mutable_parquet_format();
  if (source.format == FileFormat::kDelta) wire.mutable_file_format()->mutable_delta_format();
  return wire;
}

void OptionsFromWire(const core::DataSource::FileOptions& wire, FileSource* source) {
  // What Feast registered with a key in it is read, as everything, with the credentials of the reader.
  source->path = WithoutUrlCredentials(wire.uri());
  source->s3_endpoint_override = WithoutUrlCredentials(wire.s3_endpoint_override());
  if (wire.file_format().has_parquet_format()) source->format = FileFormat::kParquet;
  if (wire.file_format().has_delta_format()) source->format = FileFormat::kDelta;
}

core::DataSource::BigQueryOptions OptionsToWire(const BigQuerySource& source) {
  core::DataSource::BigQueryOptions wire;
  wire.set_table(source.table);
  wire.set_query(source.query);
  return wire;
}

void OptionsFromWire(const core::DataSource::BigQueryOptions& wire, BigQuerySource* source) {
  source->table = wire.table();
  source->query = wire.query();
}

core::DataSource::SnowflakeOptions OptionsToWire(const SnowflakeSource& source) {
  core::DataSource::SnowflakeOptions wire;
  wire.set_table(source.table);
  wire.set_query(source.query);
  wire.set_schema(source.schema);
  wire.set_database(source.database);
  return wire;
}

void OptionsFromWire(const core::DataSource::SnowflakeOptions& wire, SnowflakeSource* source) {
  source->table = wire.table();
  source->query = wire.query();
  source->schema = wire.schema();
  source->database = wire.database();
}

core::DataSource::RedshiftOptions OptionsToWire(const RedshiftSource& source) {
  core::DataSource::RedshiftOptions wire;
  wire.set_table(source.table);
  wire.set_query(source.query);
  wire.set_schema(source.schema);
  wire.set_database(source.database);
  return wire;
}

void OptionsFromWire(const core::DataSource::RedshiftOptions& wire, RedshiftSource* source) {
  source->table = wire.table();
  source->query = wire.query();
  source->schema = wire.schema();
  source->database = wire.database();
}

core::DataSource::SparkOptions OptionsToWire(const SparkSource& source) {
  core::DataSource::SparkOptions wire;
  wire.set_table(source.table);
  wire.set_query(source.query);
  wire.set_path(source.path);
  wire.set_file_format(source.file_format);
  wire.set_date_partition_column_format(source.date_partition_column_format);
  if (!source.table_format.empty() && !wire.mutable_table_format()->ParseFromString(source.table_format)) {
    wire.clear_table_format();
  }
  return wire;
}

void OptionsFromWire(const core::DataSource::SparkOptions& wire, SparkSource* source) {
  source->table = wire.table();
  source->query = wire.query();
  source->path = WithoutUrlCredentials(wire.path());
  source->file_format = wire.file_format();
  source->date_partition_column_format = wire.date_partition_column_format();
  if (wire.has_table_format()) source->table_format = ToBytes(wire.table_format());
}

core::DataSource::TrinoOptions OptionsToWire(const TrinoSource& source) {
  core::DataSource::TrinoOptions wire;
  wire.set_table(source.table);
  wire.set_query(source.query);
  return wire;
}

void OptionsFromWire(const core::DataSource::TrinoOptions& wire, TrinoSource* source) {
  source->table = wire.table();
  source->query = wire.query();
}

core::DataSource::AthenaOptions OptionsToWire(const AthenaSource& source) {
  core::DataSource::AthenaOptions wire;
  wire.set_table(source.table);
  wire.set_query(source.query);
  wire.set_database(source.database);
  wire.set_data_source(source.data_source);
  return wire;
}

void OptionsFromWire(const core::DataSource::AthenaOptions& wire, AthenaSource* source) {
  source->table = wire.table();
  source->query = wire.query();
  source->database = wire.database();
  source->data_source = wire.data_source();
}

std::vector<std::pair<std::string, std::string>> PostgresConfiguration(const PostgreSQLSource& source) {
  // The name only when the user gave one: a source without is called by its table.
  return {{"name", source.name == source.table ? std::string() : source.name},
          {"query", source.query},
          {"table", source.table}};
}

arrow::Status ReadPostgresConfiguration(const std::string& configuration, PostgreSQLSource* source) {
  const auto json = ParseJson(configuration);
  if (!json.is_object()) {
    return arrow::Status::Invalid("PostgreSQL source '", source->name, "' in the registry: its configuration is not a ",
                                  "JSON object. Apply the source again");
  }
  const auto text = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  source->table = text("table");
  source->query = text("query");
  if (source->name.empty()) source->name = text("name");
  if (source->name.empty()) source->name = source->table;
  return arrow::Status::OK();
}

}  // namespace feast
