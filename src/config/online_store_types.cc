#include "config/component_spec.h"

namespace feast {
namespace {

using enum OptionKind;
using enum UnknownKeys;

// One row per key.
// clang-format off
// Shared by the stores that can search for vectors.
constexpr OptionSpec kVectorSearch[] = {
    {"vector_enabled", kBool, "false"},
    {"similarity", kText, "cosine"},
};

constexpr OptionSpec kAerospike[] = {
    {"hosts", kList},
    {"namespace", kText, "feast"},
    {"set_name_template", kText, "{project}_{collection_suffix}"},
    {"collection_suffix", kText, "latest"},
    {"namespace_overrides", kTextMap},
    {"set_overrides", kTextMap},
    {"prewriting_hook", kText},
    {"user", kText},
    {"password", kSecret},
    {"auth_mode", kText, "internal", "internal|external|pki"},
    {"tls", kMap},
    {"ttl_seconds", kInt},
    {"write_timeout_ms", kInt, "1000"},
    {"read_timeout_ms", kInt, "250"},
    {"batch_total_timeout_ms", kInt, "2000"},
    {"socket_timeout_ms", kInt},
    {"max_retries", kInt, "2"},
    {"batch_max_records", kInt, "1000"},
    {"client_kwargs", kMap},
};

constexpr OptionSpec kSqlite[] = {
    {"path", kText, "data/online.db"},
    {"text_search_enabled", kBool, "false"},
    {"enable_openai_compatible_store", kBool, "false"},
};

constexpr OptionSpec kDatastore[] = {
    {"project_id", kText},
    {"namespace", kText},
    {"database", kText},
    {"write_concurrency", kInt, "40"},
    {"write_batch_size", kInt, "50"},
};

constexpr OptionSpec kRedis[] = {
    {"redis_type", kText, "redis", "redis|redis_cluster|redis_sentinel"},
    {"client", kText, "redis", "redis|glide"},
    {"sentinel_master", kText, "mymaster"},
    {"connection_string", kSecret, "localhost:6379"},
    {"key_ttl_seconds", kInt},
    {"full_scan_for_deletion", kBool, "true"},
    {"skip_dedup", kBool, "false"},
};

constexpr OptionSpec kDynamodb[] = {
    {"batch_size", kInt, "100"},
    {"endpoint_url", kText},
    {"region", kText, kRequired},
    {"table_name_template", kText, "{project}.{table_name}"},
    {"consistent_reads", kBool, "false"},
    {"warmup_connections", kBool, "false"},
    {"tags", kTextMap},
    {"session_based_auth", kBool, "false"},
    {"max_read_workers", kInt, "10"},
    {"max_pool_connections", kInt, "50"},
    {"keepalive_timeout", kNumber, "30"},
    {"connect_timeout", kNumber, "5"},
    {"read_timeout", kNumber, "10"},
    {"total_max_retry_attempts", kInt, "3"},
    {"retry_mode", kText, "adaptive", "legacy|standard|adaptive"},
};

constexpr OptionSpec kBigtable[] = {
    {"project_id", kText},
    {"instance", kText, kRequired},
    {"max_versions", kInt, "2"},
    {"mutations_per_write", kInt, "50000"},
    {"write_concurrency", kInt, "10"},
};

constexpr OptionSpec kPostgresOnline[] = {
    {"enable_openai_compatible_store", kBool, "false"},
    {"max_batched_result_rows", kInt, "2048"},
};

constexpr OptionSpec kHbase[] = {
    {"host", kText, kRequired},
    {"port", kText, kRequired},
    {"connection_pool_size", kInt, "4"},
    {"protocol", kText, "binary"},
    {"transport", kText, "buffered"},
};

constexpr OptionSpec kCassandra[] = {
    {"hosts", kTextList},
    {"secure_bundle_path", kText},
    {"port", kInt},
    {"keyspace", kText, "feast_keyspace"},
    {"username", kText},
    {"password", kSecret},
    {"protocol_version", kInt},
    {"request_timeout", kNumber},
    {"datacenters", kList},
    {"routing", kMap},
    {"load_balancing", kMap},
    {"read_concurrency", kInt, "100"},
    {"write_concurrency", kInt, "100"},
};

constexpr OptionSpec kScylladb[] = {
    {"hosts", kTextList, kRequired},
    {"port", kInt, "9042"},
    {"keyspace", kText, "feast_keyspace"},
    {"username", kText},
    {"password", kSecret},
    {"local_dc", kText},
    {"request_timeout", kNumber},
    {"read_concurrency", kInt, "100"},
    {"write_concurrency", kInt, "100"},
    {"vector_similarity_function", kText, "COSINE"},
};

constexpr OptionSpec kMysql[] = {
    {"host", kText},
    {"user", kText},
    {"password", kSecret},
    {"database", kText},
    {"port", kInt},
    {"batch_write", kBool, "false"},
    {"batch_size", kInt},
};

constexpr OptionSpec kHazelcast[] = {
    {"cluster_name", kText, "dev"},
    {"cluster_members", kTextList},
    {"discovery_token", kSecret, ""},
    {"ssl_cafile_path", kText, ""},
    {"ssl_certfile_path", kText, ""},
    {"ssl_keyfile_path", kText, ""},
    {"ssl_password", kSecret, ""},
    {"key_ttl_seconds", kInt, "0"},
};

constexpr OptionSpec kElasticsearch[] = {
    {"host", kText},
    {"user", kText},
    {"password", kSecret},
    {"port", kInt},
    {"index", kText},
    {"scheme", kText, "http"},
    {"vector_field_path", kText, "embedding.vector_value"},
    {"write_batch_size", kInt, "40"},
    {"enable_openai_compatible_store", kBool, "false"},
};

constexpr OptionSpec kRemoteOnline[] = {
    {"path", kText, "http://localhost:6566"},
    {"cert", kText, ""},
    {"connection_pool_size", kInt, "50"},
    {"connection_idle_timeout", kInt, "300"},
    {"connection_retries", kInt, "3"},
};

constexpr OptionSpec kSinglestore[] = {
    {"host", kText},
    {"user", kText},
    {"password", kSecret},
    {"database", kText},
    {"port", kInt},
};

constexpr OptionSpec kQdrant[] = {
    {"location", kText},
    {"url", kText},
    {"port", kInt, "6333"},
    {"grpc_port", kInt, "6334"},
    {"prefer_grpc", kBool, "false"},
    {"https", kBool},
    {"api_key", kSecret},
    {"prefix", kText},
    {"timeout", kInt},
    {"host", kText},
    {"path", kText},
    {"vector_name", kText, ""},
    {"write_batch_size", kInt, "64"},
    {"upload_wait", kBool, "true"},
};

constexpr OptionSpec kCouchbaseOnline[] = {
    {"connection_string", kSecret},
    {"user", kText},
    {"password", kSecret},
    {"bucket_name", kText},
    {"kv_port", kInt},
};

constexpr OptionSpec kMilvus[] = {
    {"path", kText, ""},
    {"host", kText, "http://localhost"},
    {"port", kInt, "19530"},
    {"uri", kText},
    {"token", kSecret},
    {"db_name", kText},
    {"index_type", kText, "FLAT"},
    {"metric_type", kText, "COSINE"},
    {"embedding_dim", kInt, "128"},
    {"vector_enabled", kBool, "true"},
    {"text_search_enabled", kBool, "false"},
    {"nlist", kInt, "128"},
    {"index_params", kMap},
    {"search_params", kMap},
    {"consistency_level", kText, nullptr, "Strong|Bounded|Session|Eventually"},
    {"collection_consistency_level", kText, nullptr, "Strong|Bounded|Session|Eventually"},
    {"partition_key", kText},
    {"username", kText, ""},
    {"password", kSecret, ""},
    {"enable_openai_compatible_store", kBool, "false"},
    {"varchar_max_length", kInt, "65535"},
};

constexpr OptionSpec kMongodb[] = {
    {"connection_string", kSecret, "mongodb://localhost:27017"},
    {"database_name", kText, "features"},
    {"collection_suffix", kText, "latest"},
    {"client_kwargs", kMap},
    {"vector_index_wait_timeout", kInt, "60"},
    {"vector_index_wait_poll_interval", kNumber, "1"},
};

constexpr OptionSpec kHybridOnline[] = {
    {"online_stores", kList, kRequired},
    {"routing_tag", kText, "tribe"},
};

constexpr OptionSpec kChrononOnline[] = {
    {"path", kText, "http://localhost:8080"},
    {"timeout", kInt, "30"},
    {"verify_ssl", kBool, "true"},
    {"connection_retries", kInt, "0"},
};
// clang-format on

}  // namespace

const ComponentKind& OnlineStoreKind() {
  static const ComponentSpec kTypes[] = {
      {"aerospike", kForbidden, {kAerospike}},
      {"sqlite", kForbidden, {kSqlite, kVectorSearch}},
      {"datastore", kForbidden, {kDatastore}},
      {"redis", kForbidden, {kRedis}},
      {"dynamodb", kForbidden, {kDynamodb}},
      {"snowflake.online", kKept, {SnowflakeConnection()}},
      {"bigtable", kForbidden, {kBigtable}},
      {"postgres", kForbidden, {kPostgresOnline, PostgresConnection(), kVectorSearch}},
      {"hbase", kForbidden, {kHbase}},
      {"cassandra", kForbidden, {kCassandra}},
      {"scylladb", kForbidden, {kScylladb}},
      {"mysql", kForbidden, {kMysql}},
      {"hazelcast", kForbidden, {kHazelcast}},
      {"elasticsearch", kForbidden, {kElasticsearch, kVectorSearch}},
      {"remote", kForbidden, {kRemoteOnline}},
      {"singlestore", kForbidden, {kSinglestore}},
      {"qdrant", kForbidden, {kQdrant, kVectorSearch}},
      {"couchbase.online", kForbidden, {kCouchbaseOnline}},
      {"milvus", kForbidden, {kMilvus}},
      {"mongodb", kForbidden, {kMongodb, kVectorSearch}},
      {"hybrid", kForbidden, {kHybridOnline}},
      {"chronon", kForbidden, {kChrononOnline}},
  };
  static const ComponentKind kKind = {"online_store", kTypes, "OnlineStore", "FeastOnlineStoreInvalidName"};
  return kKind;
}

}  // namespace feast
