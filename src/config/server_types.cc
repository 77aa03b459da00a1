#include "config/component_spec.h"

namespace feast {
namespace {

using enum OptionKind;
using enum UnknownKeys;

// One row per key.
// clang-format off
constexpr OptionSpec kEveryFeatureServer[] = {
    {"enabled", kBool, "false"},
    {"metrics", kMap},
    {"feature_logging", kMap},
    {"audit_logging", kMap},
    {"offline_push_batching_enabled", kBool},
    {"offline_push_batching_batch_size", kInt},
    {"offline_push_batching_batch_interval_seconds", kInt},
};

constexpr OptionSpec kLocalServer[] = {
    {"transformation_service_endpoint", kText, "localhost:6569"},
};

constexpr OptionSpec kMcpServer[] = {
    {"mcp_enabled", kBool, "false"},
    {"mcp_server_name", kText, "feast-mcp-server"},
    {"mcp_server_version", kText, "1.0.0"},
    {"mcp_transport", kText, "sse", "sse|http"},
    {"transformation_service_endpoint", kText, "localhost:6566"},
};

constexpr OptionSpec kKubernetes[] = {
    {"user_token", kSecret},
};

// Those of the servers and those of their clients.
constexpr OptionSpec kOidc[] = {
    {"auth_discovery_url", kText},
    {"client_id", kText},
    {"ui_client_id", kText},
    {"verify_ssl", kBool, "true"},
    {"ca_cert_path", kText, ""},
    {"audience", kText},
    {"issuer", kText},
    {"jwks_cache_lifespan_seconds", kInt, "300"},
    {"jwks_request_timeout_seconds", kNumber, "10"},
    {"username", kText},
    {"password", kSecret},
    {"client_secret", kSecret},
    {"token", kSecret},
    {"token_env_var", kText},
    {"token_refresh_margin_seconds", kNumber},
};

// Not Feast's: one token that all callers bring.
constexpr OptionSpec kToken[] = {
    {"token", kSecret, kRequired},
};

constexpr OptionSpec kMaterialization[] = {
    {"pull_latest_features", kBool, "false"},
    {"online_write_batch_size", kInt},
};

constexpr OptionSpec kOpenLineage[] = {
    {"enabled", kBool, "false"},
    {"transport_type", kText},
    {"transport_url", kText},
    {"transport_endpoint", kText, "api/v1/lineage"},
    {"api_key", kSecret},
    {"namespace", kText, "feast"},
    {"producer", kText, "feast"},
    {"emit_on_apply", kBool, "true"},
    {"emit_on_materialize", kBool, "true"},
    {"consumer", kMap},
};

constexpr OptionSpec kDataQuality[] = {
    {"auto_baseline", kBool, "true"},
};

constexpr OptionSpec kEmbedding[] = {
    {"provider", kText, "sentence_transformers"},
    {"model", kText, kRequired},
};

constexpr ComponentSpec kUntyped[] = {
    {"materialization", kKept, {kMaterialization}},
    {"openlineage", kKept, {kOpenLineage}},
    {"data_quality_monitoring", kForbidden, {kDataQuality}},
    {"embedding_model", kForbidden, {kEmbedding}},
};

constexpr ComponentSpec kServers[] = {
    {"local", kForbidden, {kEveryFeatureServer, kLocalServer}},
    {"mcp", kForbidden, {kEveryFeatureServer, kMcpServer}},
};
constexpr ComponentKind kServerKind = {"feature_server", kServers, "", "FeastFeatureServerTypeInvalidError"};

constexpr ComponentSpec kAuths[] = {
    {"no_auth", kForbidden, {}},
    {"kubernetes", kKept, {kKubernetes}},
    {"oidc", kForbidden, {kOidc}},
    {"token", kForbidden, {kToken}},
};
constexpr ComponentKind kAuthKind = {"auth", kAuths, "", "FeastConfigError"};
// clang-format on

}  // namespace

const ComponentKind& FeatureServerKind() { return kServerKind; }
const ComponentKind& AuthKind() { return kAuthKind; }
std::span<const ComponentSpec> UntypedBlocks() { return kUntyped; }

}  // namespace feast
