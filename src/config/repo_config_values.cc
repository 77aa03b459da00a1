#include "config/component_reader.h"
#include "config/repo_config_keys.h"
#include "config/yaml_writer.h"
#include "feast/repo_config.h"
#include "text/redaction.h"

namespace feast {
namespace {

ConfigValue ToValue(const ComponentConfig& component) {
  ConfigValue::Map map = component.options;
  map["type"] = ConfigValue(component.type);
  return ConfigValue(std::move(map));
}

ConfigValue ToValue(const RegistryConfig& registry) {
  ConfigValue::Map map = registry.options;
  map["registry_type"] = ConfigValue(registry.registry_type);
  if (!registry.registry_store_type.empty()) map["registry_store_type"] = ConfigValue(registry.registry_store_type);
  map["path"] = ConfigValue(registry.path);
  map["cache_ttl_seconds"] = ConfigValue(registry.cache_ttl_seconds);
  map["cache_mode"] = ConfigValue(registry.cache_mode);
  return ConfigValue(std::move(map));
}

std::string Write(const ConfigValue::Map& values) {
  std::vector<std::string_view> order = {"type", "registry_type"};
  order.insert(order.end(), std::begin(kTopLevelKeys), std::end(kTopLevelKeys));
  return WriteYaml(values, order);
}

/// Replaces every text and number in a secret.
void Hide(ConfigValue* value) {
  if (const auto* map = value->As<ConfigValue::Map>()) {
    ConfigValue::Map hidden = *map;
    for (auto& [key, item] : hidden) Hide(&item);
    *value = ConfigValue(std::move(hidden));
  } else if (const auto* list = value->As<ConfigValue::List>()) {
    ConfigValue::List hidden = *list;
    for (ConfigValue& item : hidden) Hide(&item);
    *value = ConfigValue(std::move(hidden));
  } else if (const auto* text = value->As<std::string>()) {
    if (!text->empty()) *value = ConfigValue(std::string(kRedacted));
  } else if (value->As<int64_t>() || value->As<double>()) {
    *value = ConfigValue(std::string(kRedacted));
  }
}

/// `spec` knows the options of the block itself; what is nested in it goes by names.
void Redact(const ComponentSpec* spec, ConfigValue* value) {
  if (const auto* map = value->As<ConfigValue::Map>()) {
    ConfigValue::Map redacted = *map;
    for (auto& [key, item] : redacted) {
      if (IsSecretOption(spec, key)) {
        Hide(&item);
      } else {
        Redact(nullptr, &item);
      }
    }
    // Environment variables of pods: {name: DB_PASSWORD, value: …}
    const auto name = redacted.find("name"), its_value = redacted.find("value");
    if (name != redacted.end() && its_value != redacted.end() && name->second.As<std::string>() &&
        IsSecretName(*name->second.As<std::string>())) {
      Hide(&its_value->second);
    }
    *value = ConfigValue(std::move(redacted));
  } else if (const auto* list = value->As<ConfigValue::List>()) {
    ConfigValue::List redacted = *list;
    for (ConfigValue& item : redacted) Redact(nullptr, &item);
    *value = ConfigValue(std::move(redacted));
  } else if (const std::string* text = value->As<std::string>()) {
    *value = ConfigValue(Redacted(*text));
  }
}

}  // namespace

ConfigValue::Map RepoConfig::ToValues() const {
  ConfigValue::Map values = extra;
  values["project"] = ConfigValue(project);
  if (!project_description.empty()) values["project_description"] = ConfigValue(project_description);
  values["provider"] = ConfigValue(provider);
  values["registry"] = ToValue(registry);
  values["online_store"] = online_store ? ToValue(*online_store) : ConfigValue();
  values["offline_store"] = ToValue(offline_store);
  values["batch_engine"] = ToValue(batch_engine);
  values["auth"] = ToValue(auth);
  if (feature_server) values["feature_server"] = ToValue(*feature_server);
  values["entity_key_serialization_version"] = ConfigValue(static_cast<int64_t>(entity_key_serialization_version));
  values["coerce_tz_aware"] = ConfigValue(coerce_tz_aware);
  ConfigValue::Map materialization = {{"pull_latest_features", ConfigValue(materialization_pull_latest_features)}};
  if (materialization_online_write_batch_size) {
    materialization["online_write_batch_size"] = ConfigValue(*materialization_online_write_batch_size);
  }
  values["materialization"] = ConfigValue(std::move(materialization));
  if (!flags.is_null()) values["flags"] = flags;
  return values;
}

std::string RepoConfig::ToYaml() const { return Write(ToValues()); }

std::string RepoConfig::ToRedactedYaml() const {
  ConfigValue::Map values = ToValues();
  for (auto& [key, value] : values) {
    const ComponentSpec* spec = nullptr;
    if (key == "registry") spec = FindType(RegistryKind(), registry.registry_type);
    if (key == "online_store" && online_store) spec = FindType(OnlineStoreKind(), online_store->type);
    if (key == "offline_store") spec = FindType(OfflineStoreKind(), offline_store.type);
    if (key == "batch_engine") spec = FindType(BatchEngineKind(), batch_engine.type);
    if (key == "auth") spec = FindType(AuthKind(), auth.type);
    if (extra.contains(key) && IsSecretName(key)) Hide(&value);
    Redact(spec, &value);
  }
  return Write(values);
}

}  // namespace feast
