#include "config_values.h"

#include <nanobind/stl/string.h>

#include "arguments.h"

namespace feast::python {

nb::object ToPython(const ConfigValue& value) {
  struct Visitor {
    nb::object operator()(std::monostate) const { return nb::none(); }
    nb::object operator()(bool v) const { return nb::bool_(v); }
    nb::object operator()(int64_t v) const { return nb::int_(v); }
    nb::object operator()(double v) const { return nb::float_(v); }
    nb::object operator()(const std::string& v) const { return nb::str(v.c_str(), v.size()); }
    nb::object operator()(const ConfigValue::List& v) const {
      nb::list list;
      for (const ConfigValue& item : v) list.append(python::ToPython(item));
      return list;
    }
    nb::object operator()(const ConfigValue::Map& v) const { return python::ToPython(v); }
  };
  return std::visit(Visitor{}, value.value());
}

nb::dict ToPython(const ConfigValue::Map& values) {
  nb::dict dict;
  for (const auto& [key, value] : values) dict[key.c_str()] = ToPython(value);
  return dict;
}

ConfigValue::Map ValuesOf(const RegistryConfig& config) {
  ConfigValue::Map values = config.options;
  values["registry_type"] = ConfigValue(config.registry_type);
  if (!config.registry_store_type.empty()) values["registry_store_type"] = ConfigValue(config.registry_store_type);
  values["path"] = ConfigValue(config.path);
  values["cache_ttl_seconds"] = ConfigValue(config.cache_ttl_seconds);
  values["cache_mode"] = ConfigValue(config.cache_mode);
  return values;
}

ConfigValue::Map ValuesOf(const ComponentConfig& config) {
  ConfigValue::Map values = config.options;
  values["type"] = ConfigValue(config.type);
  return values;
}

ConfigValue ConfigValueFromPython(nb::handle value, const std::string& where) {
  if (value.is_none()) return {};
  if (PyBool_Check(value.ptr())) return ConfigValue(value.is(Py_True));
  if (PyLong_Check(value.ptr())) return ConfigValue(nb::cast<int64_t>(value));
  if (PyFloat_Check(value.ptr())) return ConfigValue(nb::cast<double>(value));
  if (PyUnicode_Check(value.ptr())) return ConfigValue(nb::cast<std::string>(value));
  if (nb::isinstance<RegistryConfig>(value)) return ConfigValue(ValuesOf(nb::cast<const RegistryConfig&>(value)));
  if (nb::isinstance<ComponentConfig>(value)) return ConfigValue(ValuesOf(nb::cast<const ComponentConfig&>(value)));
  if (PyDict_Check(value.ptr())) {
    ConfigValue::Map map;
    for (auto [key, item] : nb::cast<nb::dict>(value)) {
      auto name = nb::cast<std::string>(nb::str(key));
      map[name] = ConfigValueFromPython(item, where + "." + name);
    }
    return ConfigValue(std::move(map));
  }
  if (PyList_Check(value.ptr()) || PyTuple_Check(value.ptr())) {
    ConfigValue::List list;
    for (nb::handle item : value) list.push_back(ConfigValueFromPython(item, where));
    return ConfigValue(std::move(list));
  }
  if (nb::hasattr(value, "__fspath__")) return ConfigValue(nb::cast<std::string>(nb::str(value)));
  if (nb::hasattr(value, "model_dump")) return ConfigValueFromPython(value.attr("model_dump")(), where);
  if (nb::hasattr(value, "value")) return ConfigValueFromPython(value.attr("value"), where);
  ThrowTypeError("RepoConfig(" + where + "=...) cannot hold " + nb::cast<std::string>(nb::repr(value)));
}

}  // namespace feast::python
