#include "config/component_spec.h"

namespace feast {
namespace {

using enum OptionKind;
using enum UnknownKeys;

// One row per key.
// clang-format off
constexpr OptionSpec kBigquery[] = {
    {"dataset", kText, "feast"},
    {"project_id", kText},
    {"billing_project_id", kText},
    {"location", kText},
    {"gcs_staging_location", kText},
    {"table_create_disposition", kText, "CREATE_IF_NEEDED", "CREATE_NEVER|CREATE_IF_NEEDED"},
};

constexpr OptionSpec kRedshift[] = {
    {"cluster_id", kText},
    {"user", kText},
    {"workgroup", kText},
    {"region", kText, kRequired},
    {"database", kText, kRequired},
    {"s3_staging_location", kText, kRequired},
    {"iam_role", kText, kRequired},
};

constexpr OptionSpec kSnowflakeOffline[] = {
    {"storage_integration_name", kText},
    {"blob_export_location", kText},
    {"convert_timestamp_columns", kBool},
    {"max_file_size", kInt},
};

constexpr OptionSpec kSpark[] = {
    {"spark_conf", kTextMap},
    {"staging_location", kText},
    {"region", kText},
};

constexpr OptionSpec kTrino[] = {
    {"host", kText, kRequired},
    {"port", kInt, kRequired},
    {"catalog", kText, kRequired},
    {"user", kText, kRequired},
    {"source", kText, "trino-python-client"},
    {"http-scheme", kText, "http", "http|https", "http_scheme"},
    {"ssl-verify", kBool, "true", "", "verify"},
    {"x-trino-extra-credential-header", kSecret, nullptr, "", "extra_credential"},
    {"connector", kTextMap, kRequired},
    {"dataset", kText, "feast"},
    {"auth", kMap},
};

constexpr OptionSpec kPostgresOffline[] = {
    {"entity_select_mode", kText, "temp_table", "temp_table|embed_query"},
};

constexpr OptionSpec kAthena[] = {
    {"data_source", kText, kRequired},
    {"region", kText, kRequired},
    {"database", kText, kRequired},
    {"workgroup", kText, kRequired},
    {"s3_staging_location", kText, kRequired},
};

constexpr OptionSpec kMssql[] = {
    {"connection_string", kSecret, kRequired},
};

constexpr OptionSpec kDuckdb[] = {
    {"staging_location", kText},
    {"staging_location_endpoint_override", kText},
};

constexpr OptionSpec kRemoteOffline[] = {
    {"scheme", kText, "http", "http|https"},
    {"host", kText, kRequired},
    {"port", kInt},
    {"cert", kText, ""},
    {"connection_retries", kInt, "3"},
};

constexpr OptionSpec kCouchbaseOffline[] = {
    {"connection_string", kSecret},
    {"user", kText},
    {"password", kSecret},
    {"timeout", kNumber, "120"},
};

constexpr OptionSpec kRay[] = {
    {"storage_path", kText},
    {"ray_address", kText},
    {"broadcast_join_threshold_mb", kInt, "100"},
    {"enable_distributed_joins", kBool, "true"},
    {"max_parallelism_multiplier", kInt, "2"},
    {"target_partition_size_mb", kInt, "64"},
    {"window_size_for_joins", kText, "1H"},
    {"enable_ray_logging", kBool, "false"},
    {"ray_conf", kMap},
    {"use_kuberay", kBool},
    {"cluster_name", kText},
    {"auth_token", kSecret},
    {"kuberay_conf", kMap},
    {"num_gpus", kNumber},
    {"gpu_batch_format", kText, "pandas"},
    {"worker_task_options", kMap},
};

constexpr OptionSpec kOracle[] = {
    {"user", kText, kRequired},
    {"password", kSecret, kRequired},
    {"host", kText, "localhost"},
    {"port", kInt, "1521"},
    {"service_name", kText},
    {"sid", kText},
    {"database", kText},
    {"dsn", kSecret},
};

constexpr OptionSpec kChrononOffline[] = {
    {"path", kText},
};

constexpr OptionSpec kHybridOffline[] = {
    {"offline_stores", kList, kRequired},
};

constexpr OptionSpec kClickhouse[] = {
    {"host", kText, kRequired},
    {"port", kInt, "8123"},
    {"database", kText, kRequired},
    {"user", kText, kRequired},
    {"password", kSecret, kRequired},
    {"use_temporary_tables_for_entity_df", kBool, "true"},
    {"additional_client_args", kMap},
};
// clang-format on

}  // namespace

const ComponentKind& OfflineStoreKind() {
  static const ComponentSpec kTypes[] = {
      {"file", kForbidden, {}},
      {"dask", kForbidden, {}},
      {"bigquery", kForbidden, {kBigquery}},
      {"redshift", kForbidden, {kRedshift}},
      {"snowflake.offline", kKept, {kSnowflakeOffline, SnowflakeConnection()}},
      {"spark", kForbidden, {kSpark}},
      {"trino", kForbidden, {kTrino}},
      {"postgres", kForbidden, {kPostgresOffline, PostgresConnection()}},
      {"athena", kForbidden, {kAthena}},
      {"mssql", kForbidden, {kMssql}},
      {"duckdb", kForbidden, {kDuckdb}},
      {"remote", kForbidden, {kRemoteOffline}},
      {"couchbase.offline", kForbidden, {kCouchbaseOffline}},
      {"clickhouse", kForbidden, {kClickhouse}},
      {"ray", kForbidden, {kRay}},
      {"oracle", kForbidden, {kOracle}},
      {"chronon", kForbidden, {kChrononOffline}},
      {"hybrid", kForbidden, {kHybridOffline}},
  };
  static const ComponentKind kKind = {"offline_store", kTypes, "OfflineStore", "FeastOfflineStoreInvalidName"};
  return kKind;
}

}  // namespace feast
