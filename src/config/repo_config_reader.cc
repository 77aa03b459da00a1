#include "config/repo_config_reader.h"

#include <algorithm>
#include <cctype>

#include "config/component_reader.h"
#include "config/option_value.h"
#include "config/repo_config_keys.h"
#include "provider/provider.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

/// Reads one configuration key by key. Each step takes its keys from `values_`; what is left is `extra`.
class Reader {
 public:
  Reader(const ConfigValue::Map& values, const ConfigSource& source) : values_(values), source_(source) {}

  arrow::Result<RepoConfig> Read() {
    ARROW_RETURN_NOT_OK(ReplaceAliases());
    ARROW_RETURN_NOT_OK(ReadScalars());
    ARROW_RETURN_NOT_OK(ReadRegistry());
    ARROW_RETURN_NOT_OK(ReadStores());
    ARROW_RETURN_NOT_OK(ReadServers());
    ARROW_RETURN_NOT_OK(ReadMaterialization());
    config_.flags = Take("flags");
    ARROW_RETURN_NOT_OK(ReadExtra());
    ARROW_RETURN_NOT_OK(CheckProjectName());
    return std::move(config_);
  }

 private:
  /// The value of `key`, which is then done; null when it is absent.
  ConfigValue Take(const std::string& key) {
    auto node = values_.extract(key);
    return node ? std::move(node.mapped()) : ConfigValue();
  }

  template <typename T>
  arrow::Status TakeAs(const char* key, OptionKind kind, T* out) {
    const ConfigValue value = Take(key);
    if (value.is_null()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const ConfigValue read, ReadOption({key, kind}, value, key, source_));
    *out = *read.As<T>();
    return arrow::Status::OK();
  }

  arrow::Status ReplaceAliases() {
    for (const char* name : {"batch_engine", "materialization"}) {
      const std::string alias = std::string(name) + "_config";
      auto node = values_.extract(alias);
      if (!node) continue;
      if (values_.contains(name)) {
        return source_.Error(alias, "'" + alias + "' and '" + name + "' are the same key; leave one of them.");
      }
      node.key() = name;
      values_.insert(std::move(node));
    }
    return arrow::Status::OK();
  }

  arrow::Status ReadScalars() {
    const bool has_project = values_.contains("project") && !values_["project"].is_null();
    if (!has_project) return source_.Error("project", "'project' is missing. Add `project: my_project` at the top.");
    ARROW_RETURN_NOT_OK(TakeAs("project", OptionKind::kText, &config_.project));
    ARROW_RETURN_NOT_OK(TakeAs("project_description", OptionKind::kText, &config_.project_description));
    ARROW_RETURN_NOT_OK(TakeAs("provider", OptionKind::kText, &config_.provider));
    std::string repo_path;
    ARROW_RETURN_NOT_OK(TakeAs("repo_path", OptionKind::kText, &repo_path));
    config_.repo_path = repo_path;
    const bool coerce_is_null = values_.contains("coerce_tz_aware") && values_["coerce_tz_aware"].is_null();
    if (coerce_is_null) config_.coerce_tz_aware = false;
    ARROW_RETURN_NOT_OK(TakeAs("coerce_tz_aware", OptionKind::kBool, &config_.coerce_tz_aware));
    return ReadSerializationVersion();
  }

  arrow::Status ReadSerializationVersion() {
    int64_t version = config_.entity_key_serialization_version;
    const char* key = "entity_key_serialization_version";
    ARROW_RETURN_NOT_OK(TakeAs(key, OptionKind::kInt, &version));
    if (version < 1 || version > 3) {
      return source_.Error(key, std::string("'") + key + "' must be 1, 2 or 3, not " + std::to_string(version) + ".");
    }
    if (version < 3) {
      config_.warnings.push_back(
          std::string(key) + " " + std::to_string(version) +
          " is out of date; online stores written with it go on working. New ones should use 3.");
    }
    config_.entity_key_serialization_version = static_cast<int>(version);
    return arrow::Status::OK();
  }

  arrow::Status ReadRegistry() {
    const ConfigValue value = Take("registry");
    RegistryConfig& registry = config_.registry;
    if (value.is_null()) {
      return source_.Error("registry",
                           "'registry' is missing. Say where the registry is kept, e.g. `registry: data/registry.db`.",
                           "FeastRegistryNotSetError");
    }
    if (value.As<std::string>()) {
      registry.options["path"] = value;
    } else if (const auto* map = value.As<ConfigValue::Map>()) {
      registry.options = *map;
    } else {
      return source_.Error(
          "registry", std::string("'registry' must be a path or a mapping with `path:`, not ") + KindOf(value) + ".");
    }
    ARROW_RETURN_NOT_OK(ReadRegistryOptions(&registry));
    if (registry.path.empty() && registry.registry_type != "snowflake.registry") {
      return source_.Error("registry",
                           "'registry.path' is missing. Say where the registry is kept, e.g. `path: data/registry.db`.",
                           "FeastRegistryNotSetError");
    }
    return arrow::Status::OK();
  }

  arrow::Status ReadRegistryOptions(RegistryConfig* registry) {
    ConfigValue::Map& options = registry->options;
    if (auto node = options.extract("registry_type"); node && !node.mapped().is_null()) {
      const std::string* type = node.mapped().As<std::string>();
      registry->registry_type = type ? *type : KindOf(node.mapped());
    }
    const ComponentSpec* spec = FindType(RegistryKind(), registry->registry_type);
    if (!spec) {
      return source_.Error("registry.registry_type",
                           "'registry.registry_type' cannot be '" + registry->registry_type +
                               "'; it is file, sql, snowflake.registry or remote." +
                               DidYouMean(registry->registry_type, TypeNames(RegistryKind())),
                           RegistryKind().error_class);
    }
    ARROW_RETURN_NOT_OK(CheckOptions(*spec, "registry", Written::kYes, source_, &options));
    registry->path = *options.extract("path").mapped().As<std::string>();
    registry->cache_mode = *options.extract("cache_mode").mapped().As<std::string>();
    registry->cache_ttl_seconds = *options.extract("cache_ttl_seconds").mapped().As<int64_t>();
    if (auto node = options.extract("registry_store_type"))
      registry->registry_store_type = *node.mapped().As<std::string>();
    if (registry->cache_ttl_seconds < 0) {
      return source_.Error("registry.cache_ttl_seconds",
                           "'registry.cache_ttl_seconds' must be 0 (never reload) or more.");
    }
    return arrow::Status::OK();
  }

  /// A mapping is written out; a bare type or nothing leaves the rest to whoever uses the store.
  static Written IsWritten(const ConfigValue& value) {
    return value.As<ConfigValue::Map>() ? Written::kYes : Written::kImplied;
  }

  arrow::Status ReadStores() {
    const ProviderDefaults& defaults = DefaultsOf(config_.provider);
    const bool online_named = values_.contains("online_store");
    const ConfigValue online = Take("online_store");
    if (!IsNone(online) || !online_named) {
      ARROW_ASSIGN_OR_RAISE(config_.online_store, ReadComponent(OnlineStoreKind(), online, defaults.online_store,
                                                                IsWritten(online), source_));
    }
    const ConfigValue offline = Take("offline_store");
    ARROW_ASSIGN_OR_RAISE(config_.offline_store, ReadComponent(OfflineStoreKind(), offline, defaults.offline_store,
                                                               IsWritten(offline), source_));
    const ConfigValue engine = Take("batch_engine");
    ARROW_ASSIGN_OR_RAISE(config_.batch_engine,
                          ReadComponent(BatchEngineKind(), engine, "local", IsWritten(engine), source_));
    return arrow::Status::OK();
  }

  static bool IsNone(const ConfigValue& value) {
    const std::string* text = value.As<std::string>();
    if (!text) return value.is_null();
    std::string lower = *text;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return lower == "none" || lower == "null";
  }

  arrow::Status ReadServers() {
    const ConfigValue auth = Take("auth");
    const auto* auth_map = auth.As<ConfigValue::Map>();
    if (auth_map && !auth_map->contains("type")) {
      return source_.Error("auth", "'auth' needs `type:`, one of no_auth, kubernetes, oidc.");
    }
    ARROW_ASSIGN_OR_RAISE(config_.auth, ReadComponent(AuthKind(), auth, "no_auth", IsWritten(auth), source_));
    const ConfigValue server = Take("feature_server");
    if (server.is_null()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(config_.feature_server,
                          ReadComponent(FeatureServerKind(), server, "local", IsWritten(server), source_));
    return arrow::Status::OK();
  }

  /// The options of a block without a type, checked; empty when the block is absent.
  arrow::Result<ConfigValue::Map> ReadUntyped(const std::string& block, const ConfigValue& value) {
    const auto* map = value.As<ConfigValue::Map>();
    if (!map) return source_.Error(block, "'" + block + "' must be a mapping, not " + KindOf(value) + ".");
    ConfigValue::Map options = *map;
    for (const ComponentSpec& spec : UntypedBlocks()) {
      if (spec.name == block) ARROW_RETURN_NOT_OK(CheckOptions(spec, block, Written::kYes, source_, &options));
    }
    return options;
  }

  arrow::Status ReadMaterialization() {
    const ConfigValue value = Take("materialization");
    if (value.is_null()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const ConfigValue::Map options, ReadUntyped("materialization", value));
    config_.materialization_pull_latest_features = *options.at("pull_latest_features").As<bool>();
    if (auto found = options.find("online_write_batch_size"); found != options.end()) {
      const int64_t rows = *found->second.As<int64_t>();
      if (rows < 1) {
        return source_.Error("materialization.online_write_batch_size",
                             "'materialization.online_write_batch_size' must be a positive number of rows.");
      }
      config_.materialization_online_write_batch_size = rows;
    }
    return arrow::Status::OK();
  }

  /// Known blocks that are only carried, and unknown keys; a key that is nearly a known one is a mistake.
  arrow::Status ReadExtra() {
    bool trust = false;
    const bool trust_named = values_.contains("trust_registry_code") && !values_["trust_registry_code"].is_null();
    ARROW_RETURN_NOT_OK(TakeAs("trust_registry_code", OptionKind::kBool, &trust));
    if (trust_named) config_.extra["trust_registry_code"] = ConfigValue(trust);
    for (const char* key : {"allowed_endpoints", "data_source_classes"}) {
      ConfigValue::List names;
      ARROW_RETURN_NOT_OK(TakeAs(key, OptionKind::kTextList, &names));
      if (!names.empty()) config_.extra[key] = ConfigValue(std::move(names));
    }
    const std::vector<std::string> known(std::begin(kTopLevelKeys), std::end(kTopLevelKeys));
    for (auto& [key, value] : values_) {
      const bool is_known = std::find(known.begin(), known.end(), key) != known.end();
      if (!is_known) {
        if (const std::string hint = DidYouMean(key, known); !hint.empty()) {
          return source_.Error(key, "there is no key '" + key + "'." + hint);
        }
        // A provider of one's own may have keys of its own.
        if (config_.provider.find('.') == std::string::npos) {
          const std::string error = source_.Error(key, "there is no key '" + key + "'; it has no effect.").message();
          config_.warnings.push_back(error.substr(0, error.find('\n')));
        }
      } else if (key != "mlflow" && !value.is_null()) {
        ARROW_ASSIGN_OR_RAISE(ConfigValue::Map options, ReadUntyped(key, value));
        value = ConfigValue(std::move(options));
      }
      config_.extra[key] = std::move(value);
    }
    return arrow::Status::OK();
  }

  arrow::Status CheckProjectName() {
    const std::string& name = config_.project;
    const bool starts_well = !name.empty() && name[0] != '_' && name[0] != '-';
    const bool is_word = std::all_of(
        name.begin(), name.end(), [](unsigned char c) { return c >= 0x80 || std::isalnum(c) || c == '_' || c == '-'; });
    if (!starts_well || !is_word) {
      return source_.Error("project",
                           "the project name '" + name +
                               "' must consist of letters, digits, '_' and '-' and start with a letter or digit.");
    }
    if (name.find('-') != std::string::npos && config_.online_store && config_.online_store->type == "sqlite") {
      return source_.Error("project",
                           "the project name '" + name +
                               "' cannot contain '-' with the sqlite online store, which names its tables after it. "
                               "Use '_'.");
    }
    return arrow::Status::OK();
  }

  ConfigValue::Map values_;
  const ConfigSource& source_;
  RepoConfig config_;
};

}  // namespace

arrow::Result<RepoConfig> ReadRepoConfig(const ConfigValue::Map& values, const ConfigSource& source) {
  return Reader(values, source).Read();
}

}  // namespace feast
