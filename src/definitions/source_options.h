// The part of a source that says where the rows are. Data sources and saved datasets store it alike.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "definitions/proto.h"

namespace feast {

core::DataSource::FileOptions OptionsToWire(const FileSource& source);
core::DataSource::BigQueryOptions OptionsToWire(const BigQuerySource& source);
core::DataSource::SnowflakeOptions OptionsToWire(const SnowflakeSource& source);
core::DataSource::RedshiftOptions OptionsToWire(const RedshiftSource& source);
core::DataSource::SparkOptions OptionsToWire(const SparkSource& source);
core::DataSource::TrinoOptions OptionsToWire(const TrinoSource& source);
core::DataSource::AthenaOptions OptionsToWire(const AthenaSource& source);

void OptionsFromWire(const core::DataSource::FileOptions& wire, FileSource* source);
void OptionsFromWire(const core::DataSource::BigQueryOptions& wire, BigQuerySource* source);
void OptionsFromWire(const core::DataSource::SnowflakeOptions& wire, SnowflakeSource* source);
void OptionsFromWire(const core::DataSource::RedshiftOptions& wire, RedshiftSource* source);
void OptionsFromWire(const core::DataSource::SparkOptions& wire, SparkSource* source);
void OptionsFromWire(const core::DataSource::TrinoOptions& wire, TrinoSource* source);
void OptionsFromWire(const core::DataSource::AthenaOptions& wire, AthenaSource* source);

/// Feast stores a PostgreSQL source as a custom source configured by JSON.
std::vector<std::pair<std::string, std::string>> PostgresConfiguration(const PostgreSQLSource& source);
/// Invalid when the configuration is not the JSON object that Feast writes.
arrow::Status ReadPostgresConfiguration(const std::string& configuration, PostgreSQLSource* source);

}  // namespace feast
