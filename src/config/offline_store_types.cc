#include "config/component_spec.h"

namespace feast {
namespace {

using enum OptionKind;
constexpr UnknownKeys kClosed = UnknownKeys::kForbidden;
constexpr UnknownKeys kOpen = UnknownKeys::kKept;

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

constexpr OptionSpec kPostgres[] = {
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

constexpr OptionSpec kRemote[] = {
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

constexpr OptionSpec kChronon[] = {
    {"path", kText},
};

constexpr OptionSpec kHybrid[] = {
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
      {"file", kClosed, {}},
      {"dask", kClosed, {}},
      {"bigquery", kClosed, {kBigquery}},
      {"redshift", kClosed, {kRedshift}},
      {"snowflake.offline", kOpen, {kSnowflakeOffline, SnowflakeConnection()}},
      {"spark", kClosed, {kSpark}},
      {"trino", kClosed, {kTrino}},
      {"postgres", kClosed, {kPostgres, PostgresConnection()}},
      {"athena", kClosed, {kAthena}},
      {"mssql", kClosed, {kMssql}},
      {"duckdb", kClosed, {kDuckdb}},
      {"remote", kClosed, {kRemote}},
      {"couchbase.offline", kClosed, {kCouchbaseOffline}},
      {"clickhouse", kClosed, {kClickhouse}},
      {"ray", kClosed, {kRay}},
      {"oracle", kClosed, {kOracle}},
      {"chronon", kClosed, {kChronon}},
      {"hybrid", kClosed, {kHybrid}},
  };
  static const ComponentKind kKind = {"offline_store", kTypes, "OfflineStore", "FeastOfflineStoreInvalidName"};
  return kKind;
}

}  // namespace feast
