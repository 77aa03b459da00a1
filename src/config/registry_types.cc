#include "config/component_spec.h"

namespace feast {
namespace {

using enum OptionKind;
using enum UnknownKeys;

// One row per key.
// clang-format off
constexpr OptionSpec kEveryRegistry[] = {
    {"registry_store_type", kText},
    {"path", kText, ""},
    {"cache_ttl_seconds", kInt, "600"},
    {"cache_mode", kText, "sync", "sync|thread"},
    {"s3_additional_kwargs", kTextMap},
    {"purge_feast_metadata", kBool, "false"},
    {"enable_online_feature_view_versioning", kBool, "false"},
    {"serve_features_while_materializing", kBool, "false"},
    {"mcp", kMap},
    // Ours: refuse every command that would write the registry.
    {"read_only", kBool},
    // Ours: use s3:// and gs:// without credentials, as a public bucket allows.
    {"anonymous", kBool},
    // Ours: write even to a server that ignores If-Match, where two applies at once can lose one's changes.
    {"allow_unconditional_writes", kBool},
    // Ours: versions that the history keeps (100 when not given); 0 for none.
    {"history_max", kInt},
    // Ours: every command that would change the project must name it (--project-confirm).
    {"protected", kBool},
};

constexpr OptionSpec kSql[] = {
    {"read_path", kText},
    {"sqlalchemy_config_kwargs", kMap},
    {"thread_pool_executor_worker_count", kInt, "0"},
    {"schema_mode", kText, "auto", "auto|verify|skip"},
};

constexpr OptionSpec kRemoteRegistry[] = {
    {"cert", kText, ""},
    {"is_tls", kBool, "false"},
    {"client_cert", kText, ""},
    {"client_key", kSecret, ""},
    {"authority", kText, ""},
};
// clang-format on

}  // namespace

const ComponentKind& RegistryKind() {
  static const ComponentSpec kTypes[] = {
      {"file", kKept, {kEveryRegistry}},
      {"sql", kKept, {kEveryRegistry, kSql}},
      {"snowflake.registry", kKept, {kEveryRegistry, SnowflakeConnection()}},
      {"remote", kKept, {kEveryRegistry, kRemoteRegistry}},
  };
  static const ComponentKind kKind = {"registry", kTypes, "", "FeastRegistryTypeInvalidError"};
  return kKind;
}

}  // namespace feast
