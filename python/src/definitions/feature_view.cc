// FeatureViewProjection, and the views that are kept in a source: FeatureView, BatchFeatureView, StreamFeatureView.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>

#include "plugin_source.h"
#include "transformation.h"
#include "view_arguments.h"
#include "wire.h"

namespace feast::python {

namespace {

FeatureViewProjection MakeProjection(const std::string& name, const std::optional<std::string>& alias,
                                     const std::vector<std::string>& desired, std::vector<Field> features,
                                     const std::map<std::string, std::string>& join_key_map, const nb::kwargs&) {
  FeatureViewProjection projection;
  projection.name = name;
  projection.name_alias = alias.value_or("");
  projection.features = std::move(features);
  projection.join_key_map = join_key_map;
  for (const std::string& feature : desired) {
    if (projection.features.empty()) projection.features.push_back(Field{feature});
  }
  return projection;
}

/// Names selected of a view whose schema is not known yet.
std::vector<std::string> DesiredFeatures(const FeatureViewProjection& projection) {
  std::vector<std::string> names;
  for (const Field& field : projection.features) {
    if (!field.type.is_valid()) names.push_back(field.name);
  }
  return names;
}

/// Views that another one is derived from: one view or a list of them; empty when `given` is anything else.
std::vector<std::shared_ptr<FeatureView>> SourceViews(nb::handle given) {
  std::vector<std::shared_ptr<FeatureView>> views;
  std::shared_ptr<FeatureView> view;
  if (nb::try_cast(given, view) && view) return {view};
  if (PyList_Check(given.ptr()) && nb::try_cast(given, views)) return views;
  return {};
}

/// Takes the source under its new name or one of the old ones.
std::shared_ptr<DataSource> TakeSource(Arguments& arguments, FeatureView& view) {
  nb::object given = arguments.Take("source");
  view.source_views = SourceViews(given);
  auto sink = SourceArgument(arguments, "sink_source", "a DataSource");
  if (!view.source_views.empty()) {
    if (!sink)
      ThrowValueError("Feature view '" + view.name +
                      "' is derived from views, so it needs sink_source=..., where its rows go.");
    return sink;
  }
  auto source = SourceArgument(arguments, "source", "a DataSource, a FeatureView or a list of FeatureView");
  for (const char* old : {"stream_source", "batch_source", "input"}) {
    if (arguments.TakeOld(old, "source").is_none() || source) continue;
    source = SourceArgument(arguments, old, "a DataSource");
  }
  return source;
}

void SetSource(FeatureView& view, const std::shared_ptr<DataSource>& source, const std::vector<Field>& schema) {
  if (!source) return;
  bool stream = source->kind() == DataSource::Kind::kKafka || source->kind() == DataSource::Kind::kKinesis ||
                source->kind() == DataSource::Kind::kPush;
  view.batch_source = BatchSourceOf(source);
  if (stream) {
    view.stream_source = source;
    if (!view.batch_source) {
      ThrowValueError("Feature view '" + view.name + "' reads the stream source '" + source->name +
                      "', which has no batch_source. Give the source batch_source=..., where its history is kept.");
    }
  }
  for (const Field& field : schema) {
    auto mapped = view.batch_source->field_mapping.find(field.name);
    if (mapped != view.batch_source->field_mapping.end()) {
      ThrowValueError("Feature view '" + view.name + "' has the field '" + field.name +
                      "', which its source maps to '" + mapped->second + "'. Use '" + mapped->second +
                      "', or remove it from the field_mapping.");
    }
  }
}

void FillView(Arguments& arguments, FeatureView& view, bool default_online,
              std::optional<std::chrono::microseconds> default_ttl) {
  TakeViewDescription(arguments, view);
  ViewEntities entities = TakeEntities(arguments);
  view.entities = entities.names;
  view.ttl = arguments.Duration("ttl", default_ttl);
  std::vector<Field> schema = TakeSchema(arguments);
  SetSource(view, TakeSource(arguments, view), schema);
  view.online = arguments.Flag("online", default_online);
  view.offline = arguments.Flag("offline", false);
  view.enable_validation = arguments.Flag("enable_validation", false);
  SplitSchema(view.name, entities, std::move(schema), &view.entity_columns, &view.features);
  ResetProjection(view);
}

FeatureView MakeFeatureView(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("FeatureView", args, kwargs);
  FeatureView view;
  FillView(arguments, view, true, std::chrono::microseconds(0));
  view.mode = TakeMode(arguments, "");
  arguments.Finish();
  return view;
}

BatchFeatureView MakeBatchFeatureView(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("BatchFeatureView", args, kwargs);
  if (!IsTest()) WarnRuntime("Batch feature views are experimental: what they do may still change.");
  BatchFeatureView view;
  FillView(arguments, view, false, std::nullopt);
  view.mode = TakeMode(arguments, "python");
  view.transformation = TakeTransformation(arguments, view.mode, false);
  arguments.Take("batch_engine");
  std::vector<nb::object> aggregations = arguments.List("aggregations");
  arguments.Finish();
  RememberFunction(view);
  if (view.stream_source) {
    ThrowValueError("Batch feature view '" + view.name + "' needs a batch source, but '" + view.stream_source->name +
                    "' is a " + std::string(view.stream_source->class_name()) +
                    ". Use its batch source or a StreamFeatureView.");
  }
  if (!view.batch_source) {
    if (!aggregations.empty())
      ThrowValueError("Batch feature view '" + view.name + "' aggregates, so it needs source=...");
    if (!view.transformation) ThrowValueError("Batch feature view '" + view.name + "' needs source=... or udf=...");
  }
  return view;
}

StreamFeatureView MakeStreamFeatureView(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("StreamFeatureView", args, kwargs);
  if (!IsTest()) WarnRuntime("Stream feature views are experimental: what they do may still change.");
  StreamFeatureView view;
  FillView(arguments, view, true, std::chrono::microseconds(0));
  view.mode = TakeMode(arguments, "python");
  view.transformation = TakeTransformation(arguments, view.mode, false);
  for (const nb::object& item : arguments.List("aggregations")) {
    const Aggregation* aggregation = nullptr;
    if (!nb::try_cast(item, aggregation) || aggregation == nullptr)
      arguments.WrongType("aggregations", "list of Aggregation", item);
    view.aggregations.push_back(*aggregation);
  }
  view.timestamp_field = arguments.Text("timestamp_field");
  view.enable_tiling = arguments.Flag("enable_tiling", false);
  view.tiling_hop_size = arguments.Duration("tiling_hop_size");
  arguments.Take("stream_engine");
  arguments.Finish();
  RememberFunction(view);
  if (!view.stream_source && !view.batch_source && view.source_views.empty()) {
    ThrowTypeError(
        "StreamFeatureView() needs the keyword argument 'source': a KafkaSource, KinesisSource or PushSource.");
  }
  if (!view.stream_source && !(view.batch_source && view.batch_source->kind() == DataSource::Kind::kCustom)) {
    ThrowValueError("Stream feature view '" + view.name +
                    "' needs a stream source: a KafkaSource, KinesisSource or PushSource.");
  }
  if (!view.aggregations.empty() && view.timestamp_field.empty()) {
    ThrowValueError("Stream feature view '" + view.name + "' aggregates, so it needs timestamp_field=...");
  }
  return view;
}

std::vector<Field> Schema(const FeatureView& view) {
  std::vector<Field> schema = view.entity_columns;
  schema.insert(schema.end(), view.features.begin(), view.features.end());
  return schema;
}

nb::list Intervals(const FeatureView& view) {
  nb::list intervals;
  for (const auto& [start, end] : view.materialization_intervals) {
    intervals.append(nb::make_tuple(ToDatetime(start, TimeZone::kUtc), ToDatetime(end, TimeZone::kUtc)));
  }
  return intervals;
}

void SetIntervals(FeatureView& view, const nb::sequence& intervals) {
  view.materialization_intervals.clear();
  for (nb::handle interval : intervals) {
    view.materialization_intervals.emplace_back(FromDatetime(interval[0]), FromDatetime(interval[1]));
  }
}

nb::object MostRecentEnd(const FeatureView& view) {
  Timestamp latest{};
  for (const auto& [start, end] : view.materialization_intervals) latest = std::max(latest, end);
  return ToDatetime(latest, TimeZone::kUtc);
}

nb::object SourceOf(const FeatureView& view) {
  return SourceToPython(view.stream_source ? view.stream_source : view.batch_source);
}

void BindProjection(nb::module_& module) {
  nb::class_<FeatureViewProjection> projection(
      module, "FeatureViewProjection",
      "A selection of a view's features, possibly under another name and with renamed join keys.");
  projection
      .def(
          "__init__",
          [](FeatureViewProjection* self, const std::string& name, const std::optional<std::string>& alias,
             const std::vector<std::string>& desired, std::vector<Field> features,
             const std::map<std::string, std::string>& join_key_map, nb::kwargs rest) {
            new (self)
                FeatureViewProjection(MakeProjection(name, alias, desired, std::move(features), join_key_map, rest));
          },
          nb::arg("name"), nb::arg("name_alias").none() = nb::none(),
          nb::arg("desired_features") = std::vector<std::string>{}, nb::arg("features") = std::vector<Field>{},
          nb::arg("join_key_map") = std::map<std::string, std::string>{}, nb::arg("kwargs"))
      .def_rw("name", &FeatureViewProjection::name)
      .def_prop_rw(
          "name_alias",
          [](const FeatureViewProjection& self) -> nb::object {
            if (self.name_alias.empty()) return nb::none();
            return nb::str(self.name_alias.c_str());
          },
          [](FeatureViewProjection& self, std::optional<std::string> alias) { self.name_alias = alias.value_or(""); },
          nb::arg().none())
      .def_prop_ro("desired_features", &DesiredFeatures)
      .def("name_to_use", [](const FeatureViewProjection& self) { return self.name_to_use(); })
      .def(
          "get_feature",
          [](const FeatureViewProjection& self, const std::string& name) {
            for (const Field& field : self.features) {
              if (field.name == name) return field;
            }
            throw nb::key_error(("Feature " + name + " not found in projection " + self.name_to_use()).c_str());
          },
          nb::arg("feature_name"))
      .def_static(
          "from_definition", [](const BaseFeatureView& view) { return view.projection; }, nb::arg("base_feature_view"))
      .def_static(
          "from_feature_view_definition", [](const BaseFeatureView& view) { return view.projection; },
          nb::arg("feature_view"))
      .def("to_proto", [](const FeatureViewProjection& self) { return ToPythonMessage(ToProto(self)); })
      .def_static(
          "from_proto",
          [](nb::handle python) {
            core::FeatureViewProjection message;
            FromPythonMessage(python, &message);
            return FromProto(message);
          },
          nb::arg("proto"))
      .def("__copy__", [](const FeatureViewProjection& self) { return self; })
      .def("__eq__",
           [](const FeatureViewProjection& self, nb::handle other) {
             const FeatureViewProjection* that = nullptr;
             return nb::try_cast(other, that) && that != nullptr && self == *that;
           })
      .def("__repr__", [](const FeatureViewProjection& self) {
        std::string names;
        for (const Field& field : self.features) names += (names.empty() ? "" : ", ") + field.name;
        return "FeatureViewProjection(name='" + self.name + "', name_alias='" + self.name_alias + "', features=[" +
               names + "])";
      });
  DefineLive(projection, "features", &FeatureViewProjection::features);
  DefineLive(projection, "join_key_map", &FeatureViewProjection::join_key_map);
}

/// The registry writes 0 both for the first definition of a view's history and for a view that was never stored; the
/// former is known by the version its definition names.
nb::object VersionNumberOf(const BaseFeatureView& view) {
  const bool known = view.current_version_number > 0 || (!view.version.empty() && view.version != "latest");
  return known ? nb::object(nb::int_(view.current_version_number)) : nb::none();
}

void BindState(nb::module_& module) {
  nb::enum_<FeatureViewState>(module, "FeatureViewState", "How far a feature view has come.", nb::is_arithmetic())
      .value("STATE_UNSPECIFIED", FeatureViewState::kUnspecified)
      .value("CREATED", FeatureViewState::kCreated)
      .value("GENERATED", FeatureViewState::kGenerated)
      .value("MATERIALIZING", FeatureViewState::kMaterializing)
      .value("AVAILABLE_ONLINE", FeatureViewState::kAvailable);
}

void BindBaseView(nb::module_& module) {
  BindState(module);
  nb::class_<BaseFeatureView> base(module, "BaseFeatureView", "What all kinds of feature views share.",
                                   nb::dynamic_attr(), nb::is_weak_referenceable());
  base.def_prop_rw(
          "name", [](const BaseFeatureView& self) { return self.name; },
          [](BaseFeatureView& self, std::string name) {
            self.name = std::move(name);
            RememberFunction(self);
          })
      .def_rw("org", &BaseFeatureView::org)
      .def_rw("version", &BaseFeatureView::version)
      .def_rw("enabled", &BaseFeatureView::enabled)
      .def_rw("state", &BaseFeatureView::state)
      .def_prop_rw(
          "current_version_number", &VersionNumberOf,
          [](BaseFeatureView& self, std::optional<int> number) { self.current_version_number = number.value_or(0); },
          nb::arg().none())
      .def_rw("projection", &BaseFeatureView::projection)
      .def(
          "set_projection",
          [](BaseFeatureView& self, const FeatureViewProjection& projection) {
            CheckProjection(self, projection);
            self.projection = projection;
          },
          nb::arg("feature_view_projection"))
      .def("ensure_valid", [](const BaseFeatureView& self) { CheckViewName(self.name); })
      .def("__hash__", [](const BaseFeatureView& self) { return std::hash<std::string>{}(self.name); })
      .def("__repr__", [](nb::object self) {
        return ShownText(
            nb::str("<{}(name = {}, features = {}, tags = {})>")
                .format(self.type().attr("__name__"), self.attr("name"), self.attr("features"), self.attr("tags")));
      });
  DefineLive(base, "features", &BaseFeatureView::features);
  DefineDescription<BaseFeatureView>(base, TimeZone::kNaive);
}

}  // namespace

void BindFeatureViews(nb::module_& module) {
  BindProjection(module);
  BindBaseView(module);

  nb::class_<FeatureView, BaseFeatureView> view(module, "FeatureView",
                                                "Features of one entity (or several) kept in one source.");
  view.def(
          "__init__",
          [](FeatureView* self, nb::args a, nb::kwargs k) { new (self) FeatureView(MakeFeatureView(a, k)); },
          nb::sig(
              "def __init__(self, *, name: str, source: DataSource | None = None, schema: list[Field] | None = None, "
              "entities: list[Entity | str] | None = None, ttl: object = ..., online: bool = True, offline: bool = "
              "False, "
              "description: str = '', tags: dict[str, str] | None = None, owner: str = '', org: str = '', mode: object "
              "= "
              "None, enable_validation: bool = False, version: str = 'latest', enabled: bool = True) -> None"))
      .def_prop_rw(
          "ttl", [](const FeatureView& self) { return ToTimedelta(self.ttl); },
          [](FeatureView& self, nb::handle value) {
            self.ttl = value.is_none() ? std::nullopt : DurationFromPython(value);
            if (!self.ttl && !value.is_none()) ThrowTypeError("A ttl must be datetime.timedelta.");
          },
          nb::arg().none())
      .def_prop_ro("source", &SourceOf)
      .def_prop_ro("data_source", &SourceOf)
      .def_prop_ro("source_views", [](const FeatureView& self) { return self.source_views; })
      .def_rw("online", &FeatureView::online)
      .def_rw("offline", &FeatureView::offline)
      .def_rw("enable_validation", &FeatureView::enable_validation)
      .def_rw("mode", &FeatureView::mode)
      .def_prop_ro("schema", &Schema)
      .def_prop_ro("join_keys",
                   [](const FeatureView& self) {
                     std::vector<std::string> keys;
                     for (const Field& field : self.entity_columns) keys.push_back(field.name);
                     return keys;
                   })
      .def_prop_rw(
          "materialization_intervals",
          [](nb::handle self) {
            return Live(self, "materialization_intervals", Intervals(nb::cast<const FeatureView&>(self)));
          },
          &SetIntervals)
      .def_prop_ro("most_recent_end_time", &MostRecentEnd)
      .def_prop_ro("feature_transformation", [](const FeatureView& self) { return self.transformation; })
      .def_prop_ro("udf", [](const FeatureView& self) { return FunctionOf(self.transformation); })
      .def_prop_ro("udf_string", [](const FeatureView& self) { return SourceTextOf(self.transformation); });
  DefineSource(view, "batch_source", &FeatureView::batch_source);
  DefineSource(view, "stream_source", &FeatureView::stream_source);
  DefineLive(view, "entities", &FeatureView::entities);
  DefineLive(view, "entity_columns", &FeatureView::entity_columns);
  DefineView<core::FeatureView, FeatureView>(view);

  nb::class_<BatchFeatureView, FeatureView> batch(module, "BatchFeatureView",
                                                  "A feature view that is computed in batches.");
  batch.def("__init__", [](BatchFeatureView* self, nb::args a, nb::kwargs k) {
    new (self) BatchFeatureView(MakeBatchFeatureView(a, k));
  });
  DefineView<core::FeatureView, BatchFeatureView>(batch);

  nb::class_<StreamFeatureView, FeatureView> stream(module, "StreamFeatureView",
                                                    "A feature view computed from a stream.");
  stream
      .def("__init__", [](StreamFeatureView* self, nb::args a,
                          nb::kwargs k) { new (self) StreamFeatureView(MakeStreamFeatureView(a, k)); })
      .def_rw("aggregations", &StreamFeatureView::aggregations)
      .def_rw("timestamp_field", &StreamFeatureView::timestamp_field)
      .def_rw("enable_tiling", &StreamFeatureView::enable_tiling)
      .def_prop_ro("tiling_hop_size", [](const StreamFeatureView& self) { return ToTimedelta(self.tiling_hop_size); });
  DefineView<core::StreamFeatureView, StreamFeatureView>(stream);
}

}  // namespace feast::python
