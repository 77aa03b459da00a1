// feature_store.yaml as a typed value; also constructible in code without a file.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

/// One value of a configuration: what YAML and Python literals have in common.
class ConfigValue {
 public:
  using List = std::vector<ConfigValue>;
  using Map = std::map<std::string, ConfigValue>;
  using Variant = std::variant<std::monostate, bool, int64_t, double, std::string, List, Map>;

  ConfigValue();
  ConfigValue(Variant value);  // NOLINT(google-explicit-constructor)
  ConfigValue(const ConfigValue&);
  ConfigValue(ConfigValue&&) noexcept;
  ConfigValue& operator=(const ConfigValue&);
  ConfigValue& operator=(ConfigValue&&) noexcept;
  ~ConfigValue();

  const Variant& value() const { return value_; }
  bool is_null() const { return value_.index() == 0; }
  template <typename T>
  const T* As() const {
    return std::get_if<T>(&value_);
  }
  bool operator==(const ConfigValue&) const;

 private:
  Variant value_;
};

/// The block of one store, engine or server: its type and options, checked against what that type takes and filled
/// with the type's defaults. Options of a custom (dotted) type are kept unchecked for its own config class.
struct ComponentConfig {
  std::string type;
  ConfigValue::Map options;

  /// The option's text; "" when absent, null or not text.
  std::string GetString(const std::string& key) const;
  std::optional<int64_t> GetInt(const std::string& key) const;
  std::optional<bool> GetBool(const std::string& key) const;
  bool operator==(const ComponentConfig&) const = default;
};

struct RegistryConfig {
  std::string registry_type = "file";
  std::string registry_store_type;
  /// Path or URI; a relative path is relative to the feature repo.
  std::string path;
  /// Age from which a reader looks for a newer registry. 0: never by itself.
  int64_t cache_ttl_seconds = 600;
  std::string cache_mode = "sync";
  /// Everything else, by key.
  ConfigValue::Map options;
  bool operator==(const RegistryConfig&) const = default;
};

/// A whole configuration.
struct RepoConfig {
  std::string project;
  std::string project_description;
  std::string provider = "local";
  RegistryConfig registry;
  /// Unset: no online store (`online_store: null`).
  std::optional<ComponentConfig> online_store;
  ComponentConfig offline_store;
  ComponentConfig batch_engine;
  ComponentConfig auth;
  std::optional<ComponentConfig> feature_server;
  int entity_key_serialization_version = 3;
  bool coerce_tz_aware = true;
  bool materialization_pull_latest_features = false;
  std::optional<int64_t> materialization_online_write_batch_size;
  /// Legacy; accepted and without effect.
  ConfigValue flags;
  /// openlineage, mlflow, data_quality_monitoring, embedding_model and keys this version does not know.
  ConfigValue::Map extra;
  /// The folder relative paths start from; "" for the working directory.
  std::filesystem::path repo_path;
  /// The file this came from; "" when built in code.
  std::filesystem::path yaml_path;
  /// What works but is out of date, a sentence each, to be shown once: legacy `flags`, an old serialization version.
  std::vector<std::string> warnings;

  /// Reads `<repo_path>/feature_store.yaml` or, when given, `yaml_path`. Substitutes $VAR and ${VAR} from the
  /// environment. Errors are Invalid with "file:line: what is wrong, what to do", then "at <path>" on a line of its
  /// own. They carry Feast's class where it has one (FeastConfigError for most) and never a password, key or connection
  /// string. IOError when the file is missing or cannot be read.
  static arrow::Result<RepoConfig> Load(const std::filesystem::path& repo_path,
                                        const std::filesystem::path& yaml_path = {});
  /// From YAML text; `name` stands for the file in errors.
  static arrow::Result<RepoConfig> Parse(std::string_view yaml, const std::string& name,
                                         const std::filesystem::path& repo_path);
  /// From values, with the same keys as the file.
  static arrow::Result<RepoConfig> FromValues(const ConfigValue::Map& values, const std::filesystem::path& repo_path);
  /// The resolved configuration as values, defaults included, under the file's keys.
  ConfigValue::Map ToValues() const;
  /// The same as YAML text. Parse(ToYaml()) gives an equal configuration.
  std::string ToYaml() const;
  /// The same with the values of passwords, keys, tokens and connection strings replaced by "********", for people to
  /// read.
  std::string ToRedactedYaml() const;
  /// `path` made absolute against repo_path; URIs unchanged.
  std::string Resolve(const std::string& path) const;
  bool operator==(const RepoConfig&) const = default;
};

}  // namespace feast
