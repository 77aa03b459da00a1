// FeatureService.
#include "logging_config.h"
#include "view_arguments.h"
#include "wire.h"

namespace feast::python {

namespace {

/// "view" or "view:feature", as in retrieval; types are filled in when the service is applied.
FeatureViewProjection ProjectionFromReference(const std::string& reference) {
  FeatureViewProjection projection;
  size_t colon = reference.find(':');
  projection.name = reference.substr(0, colon);
  if (colon != std::string::npos) projection.features.push_back(Field{reference.substr(colon + 1)});
  return projection;
}

FeatureService MakeFeatureService(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("FeatureService", args, kwargs);
  FeatureService service;
  service.name = arguments.RequiredText("name");
  if (!arguments.Has("features"))
    ThrowTypeError("FeatureService() needs the keyword argument 'features': a list of feature views.");
  for (const nb::object& item : arguments.List("features")) {
    const BaseFeatureView* view = nullptr;
    FeatureViewProjection projection;
    std::string reference;
    if (nb::try_cast(item, reference)) {
      service.features.push_back(ProjectionFromReference(reference));
    } else if (nb::try_cast(item, view) && view != nullptr) {
      service.features.push_back(view->projection);
    } else if (nb::try_cast(item, projection)) {
      service.features.push_back(projection);
    } else {
      arguments.WrongType("features", "list of feature views, such as [view, view[[\"a\"]]]", item);
    }
  }
  service.tags = arguments.StringMap("tags");
  service.description = arguments.Text("description");
  service.owner = arguments.Text("owner");
  service.precompute_online = arguments.Flag("precompute_online", false);
  nb::object logging = arguments.Take("logging_config");
  const LoggingConfigObject* logging_config = nullptr;
  if (nb::try_cast(logging, logging_config) && logging_config != nullptr) {
    service.logging_config = LoggingConfig{logging_config->message.SerializeAsString()};
  } else if (!logging.is_none()) {
    arguments.WrongType("logging_config", "a LoggingConfig", logging);
  }
  arguments.Finish();
  service.origin = CallerOrigin();
  return service;
}

}  // namespace

void BindFeatureService(nb::module_& module) {
  nb::class_<FeatureService> service(module, "FeatureService", "The features of one model version.", nb::dynamic_attr(),
                                     nb::is_weak_referenceable());
  service
      .def(
          "__init__",
          [](FeatureService* self, nb::args a, nb::kwargs k) { new (self) FeatureService(MakeFeatureService(a, k)); },
          nb::sig("def __init__(self, *, name: str, features: list[object], tags: dict[str, str] | None = None, "
                  "description: "
                  "str = '', owner: str = '', logging_config: object = None, precompute_online: bool = False) -> None"))
      .def_rw("name", &FeatureService::name)
      .def_rw("precompute_online", &FeatureService::precompute_online)
      .def_prop_ro("logging_config",
                   [](const FeatureService& self) -> nb::object {
                     if (!self.logging_config) return nb::none();
                     LoggingConfigObject object;
                     object.message.ParseFromString(self.logging_config->serialized);
                     return nb::cast(object);
                   })
      .def("validate", [](const FeatureService&) {})
      .def("__copy__", [](const FeatureService& self) { return std::make_shared<FeatureService>(self); })
      .def("__hash__", [](const FeatureService& self) { return std::hash<std::string>{}(self.name); })
      .def("__repr__", [](nb::object self) {
        return ShownText(nb::str("<FeatureService(name = {}, feature_view_projections = {}, tags = {})>")
                             .format(self.attr("name"), self.attr("feature_view_projections"), self.attr("tags")));
      });
  DefineLive(service, "feature_view_projections", &FeatureService::features);
  DefineDescription<FeatureService>(service, TimeZone::kNaive);
  DefineWire<core::FeatureService, FeatureService>(service);
}

}  // namespace feast::python
