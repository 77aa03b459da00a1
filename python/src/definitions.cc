#include "definitions.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include "arguments.h"
#include "bindings.h"
#include "plugin_source.h"
#include "wire.h"

namespace feast::python {

namespace {

template <typename T>
bool Collect(nb::handle object, std::vector<std::shared_ptr<T>>* into) {
  std::shared_ptr<T> value;
  if (!nb::try_cast(object, value) || !value) return false;
  into->push_back(std::move(value));
  return true;
}

bool CollectSource(nb::handle object, std::vector<std::shared_ptr<DataSource>>* into) {
  std::shared_ptr<DataSource> source = SourceFromPython(object);
  if (!source) return false;
  into->push_back(std::move(source));
  return true;
}

/// The bytes of a Registry message with these objects, as the process that plans reads them.
nb::bytes SerializeDefinitions(nb::handle objects, const std::string& project) {
  return ToBytes(ToProto(DefinitionsFromPython(objects), project));
}

}  // namespace

Definitions DefinitionsFromPython(nb::handle objects) {
  Definitions definitions;
  for (nb::handle object : objects) {
    std::shared_ptr<Project> project;
    if (Collect(object, &definitions.feature_views) || Collect(object, &definitions.on_demand_feature_views) ||
        Collect(object, &definitions.entities) || CollectSource(object, &definitions.data_sources) ||
        Collect(object, &definitions.feature_services) || Collect(object, &definitions.saved_datasets)) {
      continue;
    }
    if (nb::try_cast(object, project) && project) {
      if (definitions.project && definitions.project != project) {
        ThrowValueError("Two projects are declared, '" + definitions.project->name + "' and '" + project->name +
                        "', but one feature repo is one project. Remove one of them.");
      }
      definitions.project = project;
      continue;
    }
    ThrowValueError("This is not something a feature store can apply: " + nb::cast<std::string>(nb::repr(object)) +
                    ". Give entities, data sources, feature views, feature services, projects or saved datasets.");
  }
  return definitions;
}

void BindDefinitions(nb::module_& module) {
  module.def("serialize_definitions", &SerializeDefinitions, nb::arg("objects"), nb::arg("project"));
}

}  // namespace feast::python
