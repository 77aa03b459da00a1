#include "definitions.h"

#include <google/protobuf/util/json_util.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include "arguments.h"
#include "bindings.h"
#include "datetimes.h"
#include "definitions/redacted_message.h"
#include "plugin_source.h"
#include "transformation.h"
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
    if (nb::hasattr(object, "_carried")) {
      definitions.carried_objects.push_back(nb::cast<std::shared_ptr<CarriedObject>>(object.attr("_carried")()));
      continue;
    }
    ThrowValueError("This is not something a feature store can apply: " + nb::cast<std::string>(nb::repr(object)) +
                    ". Give entities, data sources, feature views, feature services, projects or saved datasets.");
  }
  for (const auto& view : definitions.on_demand_feature_views) StoreAsItIsNow(view->transformation.get());
  return definitions;
}

const char* const kCarriedKinds[] = {"label view", "permission", "validation reference"};

CarriedObject::Kind CarriedKind(const std::string& name) {
  for (size_t i = 0; i < std::size(kCarriedKinds); ++i) {
    if (name == kCarriedKinds[i]) return static_cast<CarriedObject::Kind>(i);
  }
  ThrowValueError("There is no kind of object called '" + name + "'.");
}

template <typename Message>
auto FromJson(const std::string& json) {
  Message message;
  if (!google::protobuf::util::JsonStringToMessage(json, &message).ok()) {
    ThrowValueError("This is no " + Message::descriptor()->name() + ": " + json);
  }
  return Checked(FromProto(message));
}

void BindCarried(nb::module_& module) {
  nb::class_<CarriedObject>(module, "CarriedObject")
      .def("__init__",
           [](CarriedObject* self, const std::string& kind, const std::string& json) {
             new (self) CarriedObject(Checked(CarriedFromJson(CarriedKind(kind), json)));
           })
      .def_static("from_proto",
                  [](const std::string& kind, nb::handle python) {
                    CarriedObject object{.kind = CarriedKind(kind), .name = {}, .serialized = {}, .origin = {}};
                    const auto message = CarriedMessage(object, "");
                    FromPythonMessage(python, message.get());
                    return Checked(CarriedFromJson(object.kind, ToJson(*message)));
                  })
      .def_prop_ro("kind", [](const CarriedObject& self) { return kCarriedKinds[static_cast<size_t>(self.kind)]; })
      .def("json", [](const CarriedObject& self) { return ToJson(*CarriedMessage(self, "")); })
      .def("shown_json", [](const CarriedObject& self) { return ToShownJson(*CarriedMessage(self, "")); })
      .def("to_proto", [](const CarriedObject& self) { return ToPythonMessage(*CarriedMessage(self, "")); });
  module.def("field_json", [](const Field& field) { return ToJson(ToProto(field)); });
  module.def("field_from_json", &FromJson<core::FeatureSpecV2>);
  module.def("source_from_json",
             [](const std::string& json) { return SourceToPython(FromJson<core::DataSource>(json)); });
  module.def("parse_moment", [](nb::handle text) { return ToDatetime(FromDatetime(text), TimeZone::kNaive); });
}

void BindDefinitions(nb::module_& module) {
  BindCarried(module);
  module.def("serialize_definitions", &SerializeDefinitions, nb::arg("objects"), nb::arg("project"));
}

}  // namespace feast::python
