// Entity, Field, Feature (the old spelling of Field), Project and Aggregation.
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.h"
#include "attributes.h"
#include "bindings.h"
#include "datetimes.h"
#include "definitions/proto.h"
#include "types.h"
#include "wire.h"

namespace feast::python {

namespace {

ValueType ValueTypeArgument(Arguments& arguments, const char* name, nb::handle value) {
  ValueType type = ValueType::kInvalid;
  if (value.is_none()) return type;
  if (nb::try_cast(value, type)) return type;
  if (std::optional<Type> feast_type = TryTypeFromPython(value)) return feast_type->value_type();
  arguments.WrongType(name, "a ValueType such as ValueType.INT64", value);
}

Entity MakeEntity(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("Entity", args, kwargs);
  Entity entity;
  entity.name = arguments.RequiredText("name");
  std::vector<std::string> join_keys = arguments.StringList("join_keys");
  if (join_keys.size() > 1) {
    ThrowValueError("Entity '" + entity.name + "' has " + std::to_string(join_keys.size()) +
                    " join keys, but an entity has one. Make an entity for each and give the view both.");
  }
  nb::object join_key = arguments.TakeOld("join_key", "join_keys");
  entity.join_key = !join_keys.empty()    ? join_keys[0]
                    : !join_key.is_none() ? nb::cast<std::string>(join_key)
                                          : entity.name;
  nb::object value_type = arguments.Take("value_type");
  if (value_type.is_none()) {
    WarnDeprecated("Entity '" + entity.name +
                   "' has no value_type, which Feast is going to require. Say which type its join " +
                   "key has, for example value_type=ValueType.INT64.");
  }
  entity.value_type = ValueTypeArgument(arguments, "value_type", value_type);
  entity.description = arguments.Text("description");
  nb::object labels = arguments.TakeOld("labels", "tags");
  entity.tags = arguments.StringMap("tags");
  if (!labels.is_none()) entity.tags = StringMapFromPython(labels, "Entity(labels=...)");
  entity.owner = arguments.Text("owner");
  arguments.Finish();
  entity.origin = CallerOrigin();
  return entity;
}

void CheckEntity(const Entity& entity) {
  if (entity.name.empty()) ThrowValueError("The entity has no name.");
  if (entity.value_type == ValueType::kInvalid) ThrowValueError("The entity '" + entity.name + "' has no value_type.");
}

Field MakeField(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("Field", args, kwargs);
  Field field;
  field.name = arguments.RequiredText("name");
  nb::object dtype = arguments.Take("dtype");
  field.type = TypeFromPython(dtype, "Field '" + field.name + "'");
  field.description = arguments.Text("description");
  field.tags = arguments.StringMap("tags");
  field.vector_index = arguments.Flag("vector_index", false);
  field.vector_length = arguments.Integer("vector_length", 0);
  field.vector_search_metric = arguments.Text("vector_search_metric");
  arguments.Finish();
  return field;
}

/// Feature(name, dtype: ValueType, description, labels): how fields were spelt up to 0.20.
Field MakeFeature(const std::string& name, nb::handle dtype, const std::string& description, const nb::object& labels) {
  WarnDeprecated("Feature is an old spelling; use Field with a type of feast.types.");
  Field field;
  field.name = name;
  ValueType value_type = ValueType::kInvalid;
  field.type = nb::try_cast(dtype, value_type) ? Type::Of(value_type) : TypeFromPython(dtype, "Feature '" + name + "'");
  field.description = description;
  if (!labels.is_none()) field.tags = StringMapFromPython(labels, "Feature(labels=...)");
  return field;
}

Field FieldFromMessage(nb::handle python) {
  core::FeatureSpecV2 message;
  FromPythonMessage(python, &message);
  return FromProto(message);
}

std::string FieldText(const Field& self, const char* separator, const char* open) {
  return std::string("Field(") + open + "name=" + self.name + separator + "dtype=" + self.type.ToString() + separator +
         "tags=" + nb::cast<std::string>(nb::repr(nb::cast(self.tags))) + ")";
}

Project MakeProject(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("Project", args, kwargs);
  Project project;
  project.name = arguments.RequiredText("name");
  project.description = arguments.Text("description");
  project.tags = arguments.StringMap("tags");
  project.owner = arguments.Text("owner");
  project.created_timestamp = FromDatetime(arguments.Take("created_timestamp"));
  project.last_updated_timestamp = FromDatetime(arguments.Take("last_updated_timestamp"));
  arguments.Finish();
  project.origin = CallerOrigin();
  return project;
}

std::optional<std::chrono::microseconds> OptionalDuration(nb::handle value, const char* name) {
  if (value.is_none()) return std::nullopt;
  auto duration = DurationFromPython(value);
  if (!duration) {
    ThrowTypeError(std::string("Aggregation(") + name + "=...) must be datetime.timedelta, but got " +
                   nb::cast<std::string>(nb::repr(value)));
  }
  return duration;
}

std::string ResolvedName(const Aggregation& self, const nb::object& time_window) {
  if (!self.name.empty()) return self.name;
  std::string name = self.function + "_" + self.column;
  auto window = OptionalDuration(time_window, "time_window");
  if (window && *window > std::chrono::microseconds(0)) {
    name += "_" + std::to_string(std::chrono::floor<std::chrono::seconds>(*window).count()) + "s";
  }
  return name;
}

void BindField(nb::module_& module) {
  nb::class_<Field> field(module, "Field", "A named, typed column of a feature view.", nb::is_weak_referenceable());
  field
      .def(
          "__init__", [](Field* self, nb::args a, nb::kwargs k) { new (self) Field(MakeField(a, k)); },
          nb::sig(
              "def __init__(self, *, name: str, dtype: object, description: str = '', tags: dict[str, str] | None = "
              "None, vector_index: bool = False, vector_length: int = 0, vector_search_metric: str | None = None) "
              "-> None"))
      .def_rw("name", &Field::name)
      .def_prop_rw(
          "dtype", [](const Field& self) { return TypeToPython(self.type); },
          [](Field& self, nb::handle value) { self.type = TypeFromPython(value, "Field '" + self.name + "'"); })
      .def_rw("description", &Field::description)
      .def_prop_ro("labels", [](const Field& self) { return self.tags; })
      .def_rw("vector_index", &Field::vector_index)
      .def_rw("vector_length", &Field::vector_length)
      .def_prop_ro("vector_search_metric",
                   [](const Field& self) {
                     return self.vector_search_metric.empty()
                                ? nb::none()
                                : nb::cast<nb::object>(nb::str(self.vector_search_metric.c_str()));
                   })
      .def("to_proto", [](const Field& self) { return ToPythonMessage(ToProto(self)); })
      .def_static("from_proto", &FieldFromMessage, nb::arg("proto"))
      .def_static(
          "from_feature", [](const Field& feature) { return feature; }, nb::arg("feature"))
      .def("__reduce__",
           [](nb::object self) {
             return nb::make_tuple(nb::module_::import_("feast._restore").attr("restore"),
                                   nb::make_tuple(self.type(), ToBytes(ToProto(nb::cast<const Field&>(self)))));
           })
      .def("__eq__",
           [](const Field& self, nb::handle other) {
             const Field* that = nullptr;
             return nb::try_cast(other, that) && that != nullptr && self == *that;
           })
      .def("__lt__", [](const Field& self, const Field& other) { return self.name < other.name; })
      .def("__hash__",
           [](const Field& self) { return std::hash<std::string>{}(self.name + ":" + self.type.ToString()); })
      .def("__copy__", [](const Field& self) { return self; })
      .def("__deepcopy__", [](const Field& self, nb::handle) { return self; })
      .def("__str__", [](const Field& self) { return FieldText(self, ", ", ""); })
      .def("__repr__", [](const Field& self) { return FieldText(self, ", ", ""); });
  DefineLive(field, "tags", &Field::tags);
  module.def("Feature", &MakeFeature, nb::arg("name"), nb::arg("dtype"), nb::arg("description") = "",
             nb::arg("labels") = nb::none());
}

void BindAggregation(nb::module_& module) {
  nb::class_<Aggregation>(module, "Aggregation", "An aggregation that a stream feature view declares.")
      .def(
          "__init__",
          [](Aggregation* self, std::optional<std::string> column, std::optional<std::string> function,
             nb::handle window, nb::handle slide, std::optional<std::string> name) {
            Aggregation value{column.value_or(""), function.value_or(""), OptionalDuration(window, "time_window"),
                              OptionalDuration(slide, "slide_interval"), name.value_or("")};
            if (!value.slide_interval || value.slide_interval->count() == 0) value.slide_interval = value.time_window;
            new (self) Aggregation(std::move(value));
          },
          nb::arg("column").none() = "", nb::arg("function").none() = "", nb::arg("time_window") = nb::none(),
          nb::arg("slide_interval") = nb::none(), nb::arg("name").none() = nb::none())
      .def_rw("column", &Aggregation::column)
      .def_rw("function", &Aggregation::function)
      .def_rw("name", &Aggregation::name)
      .def_prop_ro("time_window", [](const Aggregation& self) { return ToTimedelta(self.time_window); })
      .def_prop_ro("slide_interval", [](const Aggregation& self) { return ToTimedelta(self.slide_interval); })
      .def("resolved_name", &ResolvedName, nb::arg("time_window") = nb::none())
      .def("__eq__", [](const Aggregation& self, nb::handle other) {
        const Aggregation* that = nullptr;
        return nb::try_cast(other, that) && that != nullptr && self == *that;
      });
}

}  // namespace

void BindEntity(nb::module_& module) {
  BindField(module);
  BindAggregation(module);

  auto entity = nb::class_<Entity>(module, "Entity", "What features are looked up by: a driver, a customer.",
                                   nb::dynamic_attr(), nb::is_weak_referenceable());
  entity
      .def(
          "__init__", [](Entity* self, nb::args a, nb::kwargs k) { new (self) Entity(MakeEntity(a, k)); },
          nb::sig("def __init__(self, *, name: str, join_keys: list[str] | None = None, value_type: ValueType | None = "
                  "None, "
                  "description: str = '', tags: dict[str, str] | None = None, owner: str = '') -> None"))
      .def_rw("name", &Entity::name)
      .def_prop_rw(
          "join_key", [](const Entity& self) { return self.join_key.empty() ? self.name : self.join_key; },
          [](Entity& self, const std::string& value) { self.join_key = value; })
      .def_prop_ro("join_keys",
                   [](const Entity& self) { return std::vector{self.join_key.empty() ? self.name : self.join_key}; })
      .def_rw("value_type", &Entity::value_type)
      .def("is_valid", &CheckEntity)
      .def("__hash__", [](const Entity& self) { return std::hash<std::string>{}(self.name + ":" + self.join_key); })
      .def("__repr__", [](const Entity& self) {
        return "Entity(name='" + self.name + "', value_type=ValueType." +
               (self.value_type == ValueType::kInvalid ? "UNKNOWN" : std::string(ValueTypeName(self.value_type))) +
               ", join_key='" + (self.join_key.empty() ? self.name : self.join_key) + "')";
      });
  DefineDescription<Entity>(entity, TimeZone::kNaive);
  DefineWire<core::Entity, Entity>(entity);

  auto project = nb::class_<Project>(module, "Project", "A name space of definitions in a registry.",
                                     nb::dynamic_attr(), nb::is_weak_referenceable());
  project
      .def(
          "__init__", [](Project* self, nb::args a, nb::kwargs k) { new (self) Project(MakeProject(a, k)); },
          nb::sig(
              "def __init__(self, *, name: str, description: str = '', tags: dict[str, str] | None = None, owner: str "
              "= '', created_timestamp: object = None, last_updated_timestamp: object = None) -> None"))
      .def_rw("name", &Project::name)
      .def("is_valid",
           [](const Project& self) {
             if (self.name.empty()) ThrowValueError("The project has no name.");
           })
      .def("__hash__", [](const Project& self) { return std::hash<std::string>{}(self.name); })
      .def("__repr__", [](const Project& self) { return "Project(name='" + self.name + "')"; });
  DefineDescription<Project>(project, TimeZone::kUtc);
  DefineWire<core::Project, Project>(project);
}

}  // namespace feast::python
