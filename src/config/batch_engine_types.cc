#include "config/component_spec.h"

namespace feast {
namespace {

using enum OptionKind;
using enum UnknownKeys;

// One row per key.
// clang-format off
constexpr OptionSpec kLocal[] = {
    {"backend", kText},
};

constexpr OptionSpec kSnowflakeEngine[] = {
    {"python_udf_runtime_version", kText, "3.10"},
};

constexpr OptionSpec kLambda[] = {
    {"materialization_image", kText, kRequired},
    {"lambda_role", kText, kRequired},
};

constexpr OptionSpec kK8s[] = {
    {"namespace", kText, "default"},
    {"image", kText, "feast/feast-k8s-materialization:latest"},
    {"env", kList},
    {"image_pull_secrets", kList},
    {"resources", kMap},
    {"service_account_name", kText, ""},
    {"annotations", kMap},
    {"include_security_context_capabilities", kBool, "true"},
    {"labels", kMap},
    {"max_parallelism", kInt, "10"},
    {"synchronous", kBool, "false"},
    {"retry_limit", kInt, "2"},
    {"mini_batch_size", kInt, "1000"},
    {"active_deadline_seconds", kInt, "86400"},
    {"job_batch_size", kInt, "100"},
    {"print_pod_logs_on_failure", kBool, "true"},
};

constexpr OptionSpec kSparkEngine[] = {
    {"spark_conf", kTextMap},
    {"staging_location", kText},
    {"region", kText},
    {"partitions", kInt, "0"},
};

constexpr OptionSpec kRayEngine[] = {
    {"ray_address", kText},
    {"staging_location", kText},
    {"broadcast_join_threshold_mb", kInt, "100"},
    {"enable_distributed_joins", kBool, "true"},
    {"max_parallelism_multiplier", kInt, "2"},
    {"target_partition_size_mb", kInt, "64"},
    {"window_size_for_joins", kText, "1H"},
    {"ray_conf", kMap},
    {"max_workers", kInt},
    {"write_concurrency", kInt},
    {"enable_optimization", kBool, "true"},
    {"num_gpus", kNumber},
    {"gpu_batch_format", kText, "pandas"},
    {"worker_task_options", kMap},
    {"use_kuberay", kBool},
    {"cluster_name", kText},
    {"auth_token", kSecret},
    {"kuberay_conf", kMap},
    {"enable_ray_logging", kBool, "false"},
};

constexpr OptionSpec kFlinkEngine[] = {
    {"execution_mode", kText, "batch", "batch|streaming"},
    {"parallelism", kInt},
    {"table_config", kTextMap},
    {"pandas_split_num", kInt, "1"},
};

constexpr OptionSpec kSparkApplication[] = {
    {"image", kText, kRequired},
    {"image_pull_secrets", kTextList},
    {"namespace", kText, "default"},
    {"service_account", kText, ""},
    {"driver_cores", kInt, "1"},
    {"driver_memory", kText, "1g"},
    {"executor_instances", kInt, "1"},
    {"executor_cores", kInt, "1"},
    {"executor_memory", kText, "1g"},
    {"spark_conf", kTextMap},
    {"hadoop_conf", kTextMap},
    {"spark_version", kText, "4.0.1"},
    {"staging_location", kText},
    {"env", kList},
    {"env_from", kList},
    {"queue_name", kText},
    {"job_timeout_seconds", kInt, "3600"},
    {"poll_interval_seconds", kInt, "10"},
    {"ttl_seconds_after_finished", kInt, "3600"},
    {"restart_policy", kText, "Never"},
    {"max_retries", kInt, "3"},
    {"concurrency", kInt, "1"},
    {"labels", kTextMap},
    {"volumes", kList},
    {"volume_mounts", kList},
    {"py_files", kTextList},
    {"node_selector", kTextMap},
    {"tolerations", kList},
};

constexpr OptionSpec kTrinoEngine[] = {
    {"host", kText},
    {"port", kInt, "8080"},
    {"catalog", kText},
    {"dataset", kText, "feast"},
    {"user", kText},
    {"source", kText, "trino-python-client"},
    {"http-scheme", kText, "http", "http|https", "http_scheme"},
    {"verify", kBool, "true"},
    {"extra_credential", kSecret},
    {"connector", kTextMap},
    {"auth", kMap},
    {"batch_size", kInt, "10000"},
    {"write_concurrency", kInt, "4"},
    {"offline_write_mode", kText, "append", "append|overwrite|merge"},
};
// clang-format on

}  // namespace

const ComponentKind& BatchEngineKind() {
  static const ComponentSpec kTypes[] = {
      {"local", kForbidden, {kLocal}},
      {"snowflake.engine", kKept, {kSnowflakeEngine, SnowflakeConnection()}},
      {"lambda", kForbidden, {kLambda}},
      {"k8s", kForbidden, {kK8s}},
      {"spark.engine", kForbidden, {kSparkEngine}},
      {"ray.engine", kForbidden, {kRayEngine}},
      {"flink.engine", kForbidden, {kFlinkEngine}},
      {"spark_application", kForbidden, {kSparkApplication}},
      {"trino.engine", kKept, {kTrinoEngine}},
      {"trino", kKept, {kTrinoEngine}},
  };
  static const ComponentKind kKind = {"batch_engine", kTypes, "Engine", "FeastConfigError"};
  return kKind;
}

}  // namespace feast
