#include "config/component_spec.h"

namespace feast {
namespace {

using enum OptionKind;

// One row per key.
// clang-format off
constexpr OptionSpec kSnowflakeConnection[] = {
    {"config_path", kText, "~/.snowsql/config"},
    {"connection_name", kText},
    {"account", kText},
    {"user", kText},
    {"password", kSecret},
    {"role", kText},
    {"warehouse", kText},
    {"authenticator", kText},
    {"private_key", kSecret},
    {"private_key_content", kSecret},
    {"private_key_passphrase", kSecret},
    {"database", kText, kRequired},
    {"schema", kText, "PUBLIC", "", "schema_"},
};

constexpr OptionSpec kPostgresConnection[] = {
    {"min_conn", kInt, "1"},
    {"max_conn", kInt, "10"},
    {"conn_type", kText, "singleton", "singleton|pool"},
    {"host", kText, kRequired},
    {"port", kInt, "5432"},
    {"database", kText, kRequired},
    {"db_schema", kText, "public"},
    {"user", kText, kRequired},
    {"password", kSecret, kRequired},
    {"sslmode", kText, "require"},
    {"sslkey_path", kText},
    {"sslcert_path", kText},
    {"sslrootcert_path", kText},
    {"keepalives_idle", kInt},
};
// clang-format on

}  // namespace

std::span<const OptionSpec> SnowflakeConnection() { return kSnowflakeConnection; }
std::span<const OptionSpec> PostgresConnection() { return kPostgresConnection; }

}  // namespace feast
