// RepoConfig and its parts.
#include "feast/repo_config.h"

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <fstream>

#include "arguments.h"
#include "bindings.h"
#include "config/component_reader.h"
#include "config/python_class.h"
#include "config_values.h"
#include "text/redaction.h"
#include "transform/runner.h"

namespace feast::python {

namespace {

/// Feast's names for keys when a configuration is made in Python.
const char* YamlKey(const std::string& name) {
  static const std::map<std::string, const char*> keys = {
      {"registry_config", "registry"},
      {"online_config", "online_store"},
      {"offline_config", "offline_store"},
      {"batch_engine_config", "batch_engine"},
      {"auth_config", "auth"},
      {"materialization_config", "materialization"},
      {"openlineage_config", "openlineage"},
      {"mlflow_config", "mlflow"},
      {"data_quality_monitoring_config", "data_quality_monitoring"},
  };
  auto key = keys.find(name);
  return key == keys.end() ? name.c_str() : key->second;
}

RepoConfig MakeRepoConfig(const nb::kwargs& kwargs) {
  ConfigValue::Map values;
  std::filesystem::path repo_path;
  for (auto [key, value] : kwargs) {
    auto name = nb::cast<std::string>(key);
    if (name == "repo_path") {
      if (!value.is_none()) repo_path = PathBytes(value);
    } else {
      values[YamlKey(name)] = ConfigValueFromPython(value, name);
    }
  }
  return Checked(RepoConfig::FromValues(values, repo_path));
}

RegistryConfig MakeRegistryConfig(const nb::kwargs& kwargs) {
  RegistryConfig config;
  for (auto [key, item] : kwargs) {
    auto name = nb::cast<std::string>(key);
    ConfigValue value = ConfigValueFromPython(item, name);
    auto text = [&](std::string* into) {
      if (const std::string* given = value.As<std::string>()) *into = *given;
    };
    if (name == "registry_type") {
      text(&config.registry_type);
    } else if (name == "registry_store_type") {
      text(&config.registry_store_type);
    } else if (name == "path") {
      text(&config.path);
    } else if (name == "cache_mode") {
      text(&config.cache_mode);
    } else if (name == "cache_ttl_seconds") {
      if (const int64_t* seconds = value.As<int64_t>()) config.cache_ttl_seconds = *seconds;
    } else {
      config.options[name] = std::move(value);
    }
  }
  return config;
}

ComponentConfig MakeComponentConfig(const std::string& type, const nb::kwargs& kwargs) {
  ComponentConfig config{type, {}};
  for (auto [key, value] : kwargs) {
    auto name = nb::cast<std::string>(key);
    config.options[name] = ConfigValueFromPython(value, name);
  }
  return config;
}

const ComponentKind& KindOfBlock(const std::string& block) {
  for (const ComponentKind* kind : {&OfflineStoreKind(), &OnlineStoreKind(), &BatchEngineKind(), &FeatureServerKind(),
                                    &AuthKind(), &RegistryKind()}) {
    if (block == kind->block) return *kind;
  }
  ThrowTypeError("There is no block '" + block + "' with types.");
}

/// A block of one type, checked, with the type's defaults.
ComponentConfig ReadBlock(const std::string& block, const std::string& type, nb::handle options) {
  ConfigValue::Map values;
  for (auto [key, value] : nb::cast<nb::dict>(options)) {
    auto name = nb::cast<std::string>(key);
    values[name] = ConfigValueFromPython(value, name);
  }
  const ConfigSource source{type + " configuration", {}};
  const ConfigValue given{std::move(values)};
  return Checked(ReadComponent(KindOfBlock(block), given, type, Written::kYes, source));
}

/// {block: {type: [option, ...]}}, as feature_store.yaml takes them.
nb::dict OptionTables() {
  nb::dict blocks;
  for (const char* block : {"registry", "offline_store", "online_store", "batch_engine", "feature_server", "auth"}) {
    nb::dict types;
    for (const ComponentSpec& type : KindOfBlock(block).types) {
      nb::list options;
      for (const auto& group : type.options) {
        for (const OptionSpec& option : group) options.append(std::string(option.name));
      }
      types[std::string(type.name).c_str()] = options;
    }
    blocks[block] = types;
  }
  return blocks;
}

/// What pickles of a block call: its class, with its values as keywords.
template <typename Part>
nb::object PartState(nb::handle self) {
  return nb::make_tuple(nb::module_::import_("feast._restore").attr("restore_config"),
                        nb::make_tuple(self.type(), ToPython(ValuesOf(nb::cast<const Part&>(self)))));
}

[[noreturn]] void ThrowNoAttribute(const std::string& what, const std::string& name) {
  throw nb::attribute_error((what + " has no option '" + name + "'").c_str());
}

nb::object PathOrNone(const std::filesystem::path& path) {
  if (path.empty()) return nb::none();
  return nb::module_::import_("pathlib").attr("Path")(PathText(path.string()));
}

/// Writes `<repo_path>/feature_store.yaml`.
void WriteToPath(const RepoConfig& config, const std::filesystem::path& repo_path) {
  std::filesystem::path file = repo_path / "feature_store.yaml";
  std::ofstream out(file);
  out << config.ToYaml();
  out.close();
  if (!out)
    Check(arrow::Status::IOError("Could not write ", file.string(),
                                 ". Check that the folder exists and may be written to."));
}

nb::object ExtraOrThrow(const RepoConfig& config, const std::string& name) {
  auto extra = config.extra.find(name);
  if (extra == config.extra.end()) extra = config.extra.find(YamlKey(name));
  if (extra == config.extra.end()) ThrowNoAttribute("RepoConfig", name);
  return ToPython(extra->second);
}

/// A store's block, as an object of its type's class. That of a class of the user's own is an object of its config
/// class, made once.
nb::object StoreConfig(nb::handle self, const ComponentConfig& component, const char* block, const char* suffix) {
  if (!IsPythonClass(component.type, suffix)) {
    return nb::module_::import_("feast._config_classes").attr("of_type")(nb::cast(component), block);
  }
  nb::dict cache = nb::cast<nb::dict>(self.attr("__dict__"));
  if (cache.contains(suffix)) return cache[suffix];
  nb::object made =
      nb::module_::import_("feast._plugins").attr("store_config")(self, component.type, ToPython(component.options));
  cache[suffix] = made;
  return made;
}

nb::object OfflineStoreConfig(nb::handle self) {
  return StoreConfig(self, nb::cast<const RepoConfig&>(self).offline_store, "offline_store", "OfflineStore");
}

nb::object OnlineStoreConfig(nb::handle self) {
  const auto& config = nb::cast<const RepoConfig&>(self);
  return config.online_store ? StoreConfig(self, *config.online_store, "online_store", "OnlineStore") : nb::none();
}

void BindParts(nb::module_& module) {
  nb::class_<RegistryConfig>(module, "RegistryConfig", "Where the registry is and how it is cached.")
      .def("__init__",
           [](RegistryConfig* self, nb::kwargs kwargs) { new (self) RegistryConfig(MakeRegistryConfig(kwargs)); })
      .def_rw("registry_type", &RegistryConfig::registry_type)
      .def_prop_ro("registry_store_type",
                   [](const RegistryConfig& self) -> nb::object {
                     if (self.registry_store_type.empty()) return nb::none();
                     return nb::str(self.registry_store_type.c_str());
                   })
      .def_rw("path", &RegistryConfig::path)
      .def_rw("cache_ttl_seconds", &RegistryConfig::cache_ttl_seconds)
      .def_rw("cache_mode", &RegistryConfig::cache_mode)
      .def("model_dump", [](const RegistryConfig& self, nb::kwargs) { return ToPython(ValuesOf(self)); })
      .def("dict", [](const RegistryConfig& self, nb::kwargs) { return ToPython(ValuesOf(self)); })
      .def("__getattr__",
           [](const RegistryConfig& self, const std::string& name) {
             auto option = self.options.find(name);
             if (option == self.options.end()) ThrowNoAttribute("RegistryConfig", name);
             return ToPython(option->second);
           })
      .def("__copy__", [](const RegistryConfig& self) { return self; })
      .def("__deepcopy__", [](const RegistryConfig& self, nb::handle) { return self; })
      .def("__reduce__", &PartState<RegistryConfig>)
      .def("__eq__", [](const RegistryConfig& self, const RegistryConfig& other) { return self == other; })
      .def("__repr__", [](const RegistryConfig& self) {
        return Redacted("RegistryConfig(registry_type='" + self.registry_type + "', path='" + self.path + "')");
      });
  nb::class_<ComponentConfig>(module, "ComponentConfig", "The type and options of a store, engine or server.",
                              nb::dynamic_attr())
      .def(
          "__init__",
          [](ComponentConfig* self, const std::string& type, nb::kwargs kwargs) {
            new (self) ComponentConfig(MakeComponentConfig(type, kwargs));
          },
          nb::arg("type"), nb::arg("kwargs"))
      .def_ro("type", &ComponentConfig::type)
      .def_prop_ro("options", [](const ComponentConfig& self) { return ToPython(self.options); })
      .def("model_dump", [](const ComponentConfig& self, nb::kwargs) { return ToPython(ValuesOf(self)); })
      .def("dict", [](const ComponentConfig& self, nb::kwargs) { return ToPython(ValuesOf(self)); })
      .def("__getattr__",
           [](const ComponentConfig& self, const std::string& name) {
             auto option = self.options.find(name);
             if (option == self.options.end()) ThrowNoAttribute("The '" + self.type + "' configuration", name);
             return ToPython(option->second);
           })
      .def("__reduce__", &PartState<ComponentConfig>)
      .def("__eq__", [](const ComponentConfig& self, const ComponentConfig& other) { return self == other; })
      .def("__repr__", [](const ComponentConfig& self) { return "ComponentConfig(type='" + self.type + "')"; });
}

}  // namespace

void BindRepoConfig(nb::module_& module) {
  BindParts(module);
  module.def("read_component", &ReadBlock, nb::arg("block"), nb::arg("type"), nb::arg("options"));
  module.def("option_tables", &OptionTables);
  module.def("trusts_registry_code", &TrustsRegistryCode, nb::arg("config"));
  module.def("copy_config", [](const RepoConfig& config) { return config; });
  nb::class_<RepoConfig>(module, "RepoConfig", "feature_store.yaml as an object.", nb::dynamic_attr())
      .def("__init__", [](RepoConfig* self, nb::kwargs kwargs) { new (self) RepoConfig(MakeRepoConfig(kwargs)); })
      .def_static(
          "load",
          [](const std::filesystem::path& repo, const std::filesystem::path& yaml) {
            return Checked(RepoConfig::Load(repo, yaml));
          },
          nb::arg("repo_path"), nb::arg("yaml_path") = "")
      .def_static(
          "parse",
          [](const std::string& yaml, const std::string& name, const std::filesystem::path& repo) {
            return Checked(RepoConfig::Parse(yaml, name, repo));
          },
          nb::arg("yaml"), nb::arg("name"), nb::arg("repo_path"))
      .def_rw("project", &RepoConfig::project)
      .def_rw("project_description", &RepoConfig::project_description)
      .def_ro("provider", &RepoConfig::provider)
      .def_prop_ro("registry", [](const RepoConfig& self) { return self.registry; })
      .def_prop_ro("registry_config", [](const RepoConfig& self) { return ToPython(ValuesOf(self.registry)); })
      .def("get_registry_config", [](const RepoConfig& self) { return self.registry; })
      .def_prop_ro("online_store", &OnlineStoreConfig)
      .def_prop_ro("online_config", &OnlineStoreConfig)
      .def_prop_ro("offline_store", &OfflineStoreConfig)
      .def_prop_ro("offline_config", &OfflineStoreConfig)
      .def_prop_ro("batch_engine", [](const RepoConfig& self) { return self.batch_engine; })
      .def_prop_ro("auth", [](const RepoConfig& self) { return self.auth; })
      .def_prop_ro("auth_config", [](const RepoConfig& self) { return self.auth; })
      .def_prop_ro("feature_server", [](const RepoConfig& self) { return self.feature_server; })
      .def_prop_ro("materialization_config",
                   [](const RepoConfig& self) {
                     nb::object batch = nb::cast(self.materialization_online_write_batch_size);
                     return nb::module_::import_("feast.repo_config")
                         .attr("MaterializationConfig")(self.materialization_pull_latest_features, batch);
                   })
      .def_prop_ro("flags", [](const RepoConfig& self) { return ToPython(self.flags); })
      .def_ro("entity_key_serialization_version", &RepoConfig::entity_key_serialization_version)
      .def_ro("coerce_tz_aware", &RepoConfig::coerce_tz_aware)
      .def_ro("warnings", &RepoConfig::warnings)
      .def_prop_rw(
          "repo_path", [](const RepoConfig& self) { return PathOrNone(self.repo_path); },
          [](RepoConfig& self, nb::handle value) {
            self.repo_path = value.is_none() ? std::filesystem::path() : std::filesystem::path(PathBytes(value));
          },
          nb::arg().none())
      .def_prop_ro("yaml_path", [](const RepoConfig& self) { return PathOrNone(self.yaml_path); })
      .def("write_to_path", &WriteToPath, nb::arg("repo_path"))
      .def("to_yaml", &RepoConfig::ToYaml)
      .def("model_dump", [](const RepoConfig& self, nb::kwargs) { return ToPython(self.ToValues()); })
      .def(
          "model_copy",
          [](const RepoConfig& self, nb::handle update, bool) {
            ConfigValue::Map values = self.ToValues();
            if (!update.is_none()) {
              for (auto [key, value] : nb::cast<nb::dict>(update)) {
                auto name = nb::cast<std::string>(key);
                values[YamlKey(name)] = ConfigValueFromPython(value, name);
              }
            }
            RepoConfig copy = Checked(RepoConfig::FromValues(values, self.repo_path));
            copy.yaml_path = self.yaml_path;
            return copy;
          },
          nb::kw_only(), nb::arg("update").none() = nb::none(), nb::arg("deep") = false)
      .def("dict", [](const RepoConfig& self, nb::kwargs) { return ToPython(self.ToValues()); })
      .def("__getattr__", &ExtraOrThrow)
      .def("__copy__", [](const RepoConfig& self) { return self; })
      .def("__deepcopy__", [](const RepoConfig& self, nb::handle) { return self; })
      .def("__reduce__",
           [](nb::handle self) {
             const auto& config = nb::cast<const RepoConfig&>(self);
             return nb::make_tuple(
                 nb::module_::import_("feast._restore").attr("restore_repo_config"),
                 nb::make_tuple(ToPython(config.ToValues()), config.repo_path.string(), config.yaml_path.string()));
           })
      .def_static("_from_state",
                  [](nb::handle values, const std::string& repo_path, const std::string& yaml_path) {
                    RepoConfig config = Checked(RepoConfig::FromValues(
                        *ConfigValueFromPython(values, "RepoConfig").As<ConfigValue::Map>(), repo_path));
                    config.yaml_path = yaml_path;
                    return config;
                  })
      .def("__eq__", [](const RepoConfig& self, const RepoConfig& other) { return self == other; })
      .def("__repr__", [](const RepoConfig& self) {
        return Redacted("RepoConfig(project='" + self.project + "', provider='" + self.provider + "', registry='" +
                        self.registry.path + "')");
      });
}

}  // namespace feast::python
