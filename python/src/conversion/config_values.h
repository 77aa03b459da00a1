// Configuration values to and from Python.
#pragma once

#include <nanobind/nanobind.h>

#include "feast/repo_config.h"

namespace feast::python {

namespace nb = nanobind;

nb::object ToPython(const ConfigValue& value);
/// From None, bool, int, float, str, paths, lists, dicts, the configuration classes of this module, and objects that
/// give a dict with model_dump() (pydantic). TypeError names `where` for anything else.
ConfigValue ConfigValueFromPython(nb::handle value, const std::string& where);
nb::dict ToPython(const ConfigValue::Map& values);

/// The keys of `feature_store.yaml` for one registry block.
ConfigValue::Map ValuesOf(const RegistryConfig& config);
ConfigValue::Map ValuesOf(const ComponentConfig& config);

}  // namespace feast::python
