#include "registry/stores/sql_registry_options.h"

#include <string>

namespace feast {

namespace {

std::string TextOption(const ConfigValue::Map& options, const std::string& key) {
  const auto found = options.find(key);
  const auto* text = found == options.end() ? nullptr : found->second.As<std::string>();
  return text == nullptr ? "" : *text;
}

/// sqlalchemy_config_kwargs.connect_args are the driver's parameters, for PostgreSQL libpq's (sslmode …). The rest of
/// those arguments concern SQLAlchemy's pool and log.
void AddConnectArguments(const ConfigValue::Map& options, SqlUrl* url) {
  const auto found = options.find("sqlalchemy_config_kwargs");
  const auto* arguments = found == options.end() ? nullptr : found->second.As<ConfigValue::Map>();
  if (arguments == nullptr || arguments->count("connect_args") == 0) return;
  const auto* parameters = arguments->at("connect_args").As<ConfigValue::Map>();
  if (parameters == nullptr || url->kind != SqlUrl::Kind::kPostgres) return;
  for (const auto& [key, value] : *parameters) {
    if (const auto* text = value.As<std::string>()) url->parameters[key] = *text;
    if (const auto* number = value.As<int64_t>()) url->parameters[key] = std::to_string(*number);
  }
}

arrow::Result<SqlUrl> UrlOf(const RepoConfig& config, const std::string& text, const std::string& option) {
  ARROW_ASSIGN_OR_RAISE(SqlUrl url, ParseSqlUrl(text, option));
  if (url.kind == SqlUrl::Kind::kSqlite) url.path = config.Resolve(url.path);
  AddConnectArguments(config.registry.options, &url);
  return url;
}

}  // namespace

arrow::Result<SqlRegistryOptions> SqlRegistryOptions::Of(const RepoConfig& config) {
  SqlRegistryOptions options;
  const RegistryConfig& registry = config.registry;
  ARROW_ASSIGN_OR_RAISE(options.url, UrlOf(config, registry.path, "registry.path"));
  options.read_url = options.url;
  const std::string read_path = TextOption(registry.options, "read_path");
  if (!read_path.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.read_url, UrlOf(config, read_path, "registry.read_path"));
  }
  const std::string mode = TextOption(registry.options, "schema_mode");
  if (mode == "verify") options.schema_mode = SqlSchemaMode::kVerify;
  if (mode == "skip") options.schema_mode = SqlSchemaMode::kSkip;
  const auto purge = registry.options.find("purge_feast_metadata");
  const bool* purged = purge == registry.options.end() ? nullptr : purge->second.As<bool>();
  options.with_metadata = purged == nullptr || !*purged;
  return options;
}

}  // namespace feast
