// OnDemandFeatureView.
#include <nanobind/stl/pair.h>

#include <algorithm>

#include "transform/runner.h"
#include "transform/sample_run.h"
#include "transformation.h"
#include "view_arguments.h"

namespace feast::python {

namespace {

using Source = OnDemandFeatureView::Source;

/// Adds one input: a request source, a view or a selection of one.
void AddSource(const Arguments& arguments, OnDemandFeatureView& view, nb::handle item) {
  std::shared_ptr<RequestSource> request;
  std::shared_ptr<FeatureView> feature_view;
  FeatureViewProjection projection;
  std::pair<std::string, Source> source;
  if (nb::try_cast(item, request) && request) {
    source = {request->name, request};
  } else if (nb::try_cast(item, feature_view) && feature_view) {
    source = {feature_view->name, feature_view->projection};
  } else if (nb::try_cast(item, projection)) {
    source = {projection.name, projection};
  } else {
    arguments.WrongType("sources", "list of FeatureView, FeatureViewProjection and RequestSource", item);
  }
  auto same = std::find_if(view.sources.begin(), view.sources.end(),
                           [&](const auto& other) { return other.first == source.first; });
  if (same != view.sources.end()) {
    *same = std::move(source);
  } else {
    view.sources.push_back(std::move(source));
  }
}

/// Takes 'sources' (a list, or a dict as up to 0.20), or 'inputs', its first spelling, or 'input_schema'.
void TakeSources(Arguments& arguments, OnDemandFeatureView& view) {
  nb::object sources = arguments.Take("sources");
  nb::object inputs = arguments.TakeOld("inputs", "sources");
  if (sources.is_none()) sources = inputs;
  if (PyDict_Check(sources.ptr())) sources = nb::list(nb::borrow<nb::dict>(sources).values());
  if (!sources.is_none() && !PyList_Check(sources.ptr()) && !PyTuple_Check(sources.ptr())) {
    arguments.WrongType("sources", "list of FeatureView, FeatureViewProjection and RequestSource", sources);
  }
  if (!sources.is_none()) {
    for (nb::handle item : sources) AddSource(arguments, view, item);
  }
  if (arguments.Has("input_schema")) {
    auto request = std::make_shared<RequestSource>();
    request->name = "__input_schema__" + view.name;
    request->schema = arguments.Fields("input_schema");
    request->origin = view.origin;
    view.sources.emplace_back(request->name, request);
  }
  arguments.Take("input_schema");
  if (view.sources.empty()) {
    ThrowValueError("On demand feature view '" + view.name +
                    "' needs sources=[...]: feature views or request sources to compute from.");
  }
}

OnDemandFeatureView MakeOnDemandFeatureView(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("OnDemandFeatureView", args, kwargs);
  OnDemandFeatureView view;
  TakeViewDescription(arguments, view);
  auto given = arguments.Object<Transformation>("feature_transformation", "a Transformation");
  view.mode = TakeMode(arguments, given ? given->mode : "pandas");
  view.singleton = arguments.Flag("singleton", false);
  if (view.singleton && view.mode != "python") {
    ThrowValueError("On demand feature view '" + view.name +
                    "' has singleton=True, which goes with mode='python', but its mode is '" + view.mode + "'.");
  }
  ViewEntities entities = TakeEntities(arguments);
  view.entities = entities.names;
  TakeSources(arguments, view);
  SplitSchema(view.name, entities, TakeSchema(arguments), &view.entity_columns, &view.features);
  view.transformation = TakeTransformation(arguments, view.mode, view.singleton);
  view.write_to_online_store = arguments.Flag("write_to_online_store", false);
  for (const nb::object& item : arguments.List("aggregations")) {
    const Aggregation* aggregation = nullptr;
    if (!nb::try_cast(item, aggregation) || aggregation == nullptr)
      arguments.WrongType("aggregations", "list of Aggregation", item);
    view.aggregations.push_back(*aggregation);
  }
  if (arguments.Flag("track_metrics", false)) view.tags["feast:track_metrics"] = "true";
  if (arguments.Flag("streaming", false)) view.tags[kStreamingTag] = "true";
  arguments.Take("explode");
  arguments.Finish();
  ResetProjection(view);
  RememberFunction(view);
  return view;
}

template <typename T>
nb::dict SourcesOfKind(const OnDemandFeatureView& view) {
  nb::dict sources;
  for (const auto& [name, source] : view.sources) {
    if (const T* value = std::get_if<T>(&source)) sources[name.c_str()] = nb::cast(*value);
  }
  return sources;
}

nb::list Sources(const OnDemandFeatureView& view) {
  nb::list sources;
  for (const auto& [name, source] : view.sources) {
    std::visit([&](const auto& value) { sources.append(nb::cast(value)); }, source);
  }
  return sources;
}

nb::dict RequestDataSchema(const OnDemandFeatureView& view) {
  nb::dict schema;
  for (const auto& [name, source] : view.sources) {
    if (const auto* request = std::get_if<std::shared_ptr<RequestSource>>(&source)) {
      for (const Field& field : (*request)->schema) schema[field.name.c_str()] = nb::cast(field.type.value_type());
    }
  }
  return schema;
}

}  // namespace

void BindOnDemandFeatureView(nb::module_& module) {
  nb::class_<OnDemandFeatureView, BaseFeatureView> view(module, "OnDemandFeatureView",
                                                        "Features computed when they are asked for.");
  view.def("__init__", [](OnDemandFeatureView* self, nb::args a,
                          nb::kwargs k) { new (self) OnDemandFeatureView(MakeOnDemandFeatureView(a, k)); })
      .def_prop_ro("sources", &Sources)
      .def_prop_ro("source_feature_view_projections", &SourcesOfKind<FeatureViewProjection>)
      .def_prop_ro("source_request_sources", &SourcesOfKind<std::shared_ptr<RequestSource>>)
      .def_prop_ro("feature_transformation", [](const OnDemandFeatureView& self) { return self.transformation; })
      .def_prop_ro("transformation", [](const OnDemandFeatureView& self) { return self.transformation; })
      .def(
          "transform_dict",
          [](const OnDemandFeatureView& self, const nb::dict& features) {
            auto values = nb::borrow<nb::dict>(features.attr("copy")());
            values.attr("update")(FunctionOf(self.transformation)(features));
            return values;
          },
          nb::arg("feature_dict"), "The given values and those that the function makes of them.")
      .def_prop_ro("udf", [](const OnDemandFeatureView& self) { return FunctionOf(self.transformation, self.name); })
      .def_prop_ro("udf_string", [](const OnDemandFeatureView& self) { return SourceTextOf(self.transformation); })
      .def_rw("mode", &OnDemandFeatureView::mode)
      .def_rw("write_to_online_store", &OnDemandFeatureView::write_to_online_store)
      .def_rw("singleton", &OnDemandFeatureView::singleton)
      .def_rw("aggregations", &OnDemandFeatureView::aggregations)
      .def_prop_ro("streaming",
                   [](const OnDemandFeatureView& self) {
                     const auto tag = self.tags.find(kStreamingTag);
                     return tag != self.tags.end() && tag->second == "true";
                   })
      .def_prop_ro("schema",
                   [](const OnDemandFeatureView& self) {
                     std::vector<Field> schema = self.entity_columns;
                     schema.insert(schema.end(), self.features.begin(), self.features.end());
                     return schema;
                   })
      .def_prop_ro("join_keys",
                   [](const OnDemandFeatureView& self) {
                     std::vector<std::string> keys;
                     for (const Field& field : self.entity_columns) keys.push_back(field.name);
                     return keys;
                   })
      .def("get_request_data_schema", &RequestDataSchema)
      .def("infer_features", [](const OnDemandFeatureView& self) { Check(TryFunction(self, self.entity_columns)); })
      .def_static(
          "get_requested_odfvs",
          [](nb::handle references, nb::handle project, nb::handle registry) {
            return nb::module_::import_("feast._plugins").attr("requested_odfvs")(references, project, registry);
          },
          nb::arg("feature_refs"), nb::arg("project"), nb::arg("registry"))
      .def("ensure_valid", [](const OnDemandFeatureView& self) {
        CheckViewName(self.name);
        if (!self.transformation) ThrowValueError("On demand feature view '" + self.name + "' has no function.");
        if (self.write_to_online_store && self.entities == std::vector<std::string>{kDummyEntityName}) {
          ThrowValueError("On demand feature view '" + self.name +
                          "' is written to the online store, so it needs entities=[...].");
        }
      });
  DefineLive(view, "entities", &OnDemandFeatureView::entities);
  DefineLive(view, "entity_columns", &OnDemandFeatureView::entity_columns);
  DefineView<core::OnDemandFeatureView, OnDemandFeatureView>(view);
}

}  // namespace feast::python
