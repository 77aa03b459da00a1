// DataSource and FileSource, and what all sources share.
#include <nanobind/stl/map.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <chrono>

#include "data_formats.h"
#include "definitions/redacted_message.h"
#include "plugin_source.h"
#include "source_arguments.h"
#include "wire.h"

namespace feast::python {

namespace {

FileSource MakeFileSource(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("FileSource", args, kwargs);
  FileSource source;
  nb::object old_path = arguments.TakeOld("file_url", "path");
  nb::object path = arguments.Take("path");
  if (path.is_none()) path = old_path;
  if (nb::hasattr(path, "__fspath__")) path = path.attr("__fspath__")();
  if (path.is_none())
    ThrowTypeError("FileSource() needs the keyword argument 'path': a file, a folder, a glob or a URI.");
  if (!nb::try_cast(path, source.path)) arguments.WrongType("path", "str", path);
  source.format = FileFormatArgument(arguments, "file_format");
  source.s3_endpoint_override = arguments.Text("s3_endpoint_override");
  TakeSourceArguments(arguments, source, source.path);
  arguments.Finish();
  return source;
}

nb::object SourceFromMessage(nb::handle python) {
  core::DataSource message;
  FromPythonMessage(python, &message);
  return SourceToPython(Checked(FromProto(message)));
}

/// What a class of the user's own gets from `super().__init__(...)`.
void MakeOwnSource(nb::pointer_and_handle<DataSource> self, const nb::args& args, const nb::kwargs& kwargs) {
  nb::object type = nb::borrow(self.h.type());
  auto name = nb::cast<std::string>(nb::str(type.attr("__name__")));
  nb::module_::import_("feast._plugins").attr("check_source_class")(type);
  Arguments arguments(name.c_str(), args, kwargs);
  CustomSource source;
  TakeSourceArguments(arguments, source, "");
  arguments.Finish();
  new (self.p) CustomSource(std::move(source));
}

/// A source's message with the times that the registry keeps.
nb::object ToMessage(nb::handle self) {
  nb::object message = self.attr("_to_proto_impl")();
  const auto& source = nb::cast<const DataSource&>(self);
  const core::DataSource stored = ToProto(source);
  if (stored.has_meta()) message.attr("meta").attr("MergeFromString")(ToBytes(stored.meta()));
  return message;
}

/// (column, raw type) of a source as it is.
nb::object Columns(nb::handle self, nb::handle config) {
  return nb::module_::import_("feast._plugins").attr("built_in_columns")(config, self);
}

/// The source as the registry has it, whatever its class.
std::shared_ptr<DataSource> Stored(nb::handle self) { return SourceFromPython(self); }

}  // namespace

void TakeSourceArguments(Arguments& arguments, DataSource& source, const std::string& default_name) {
  source.name = arguments.Text("name", default_name);
  if (source.name.empty()) source.name = default_name;
  if (source.name.empty()) {
    ThrowFeastError(
        "DataSourceNoNameException",
        std::string(arguments.class_name()) + " has neither a name nor a table to take its name from: give name=...");
  }
  source.timestamp_field = arguments.TextOrOld("timestamp_field", "event_timestamp_column");
  source.created_timestamp_column = arguments.Text("created_timestamp_column");
  source.date_partition_column = arguments.Text("date_partition_column");
  source.timestamp_field_type = arguments.Text("timestamp_field_type");
  source.field_mapping = arguments.StringMap("field_mapping");
  source.description = arguments.Text("description");
  source.tags = arguments.StringMap("tags");
  source.owner = arguments.Text("owner");
  if (!source.timestamp_field.empty() && source.timestamp_field == source.created_timestamp_column) {
    ThrowValueError(
        "Source '" + source.name + "' uses column '" + source.timestamp_field +
        "' as timestamp_field and as created_timestamp_column. They must be two columns; leave out the second.");
  }
  if (arguments.Has("connection_ref")) {
    ThrowFeastError("FeastNotImplementedError",
                    "connection_ref of source '" + source.name +
                        "' is not in this version; configure credentials in the environment.");
  }
  arguments.Take("connection_ref");
  source.origin = CallerOrigin();
  // As in Feast, from when it is made; in whole microseconds, as Python's clock has them.
  source.created_timestamp = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  source.last_updated_timestamp = source.created_timestamp;
}

void TakeTableOrQuery(Arguments& arguments, std::string& table, std::string& query) {
  table = arguments.TextOrOld("table", "table_ref");
  query = arguments.Text("query");
  if (table.empty() && query.empty()) {
    ThrowValueError(std::string(arguments.class_name()) + " needs table=... or query=...");
  }
}

void BindDataSources(nb::module_& module) {
  // Classes that derive from it in Python are made as CustomSource.
  nb::class_<DataSource, CustomSource> base(module, "DataSource", "Where raw feature rows live.", nb::dynamic_attr(),
                                            nb::is_weak_referenceable());
  base.def("__init__", &MakeOwnSource)
      .def_rw("name", &DataSource::name)
      .def_rw("timestamp_field", &DataSource::timestamp_field)
      .def_prop_ro("event_timestamp_column", [](const DataSource& self) { return self.timestamp_field; })
      .def_rw("created_timestamp_column", &DataSource::created_timestamp_column)
      .def_rw("date_partition_column", &DataSource::date_partition_column)
      .def_rw("timestamp_field_type", &DataSource::timestamp_field_type)
      .def("source_type", [](const DataSource& self) { return static_cast<int>(ToProto(self).type()); })
      .def("to_proto", &ToMessage)
      .def("_to_proto_impl", [](const DataSource& self) { return ToPythonMessage(ToProto(self)); })
      .def(
          "validate", [](nb::handle self, nb::handle config) { Columns(self, config); }, nb::arg("config"))
      .def("get_table_column_names_and_types", &Columns, nb::arg("config"))
      .def_static("source_datatype_to_feast_value_type",
                  [] { return nb::module_::import_("feast.type_map").attr("pa_to_feast_value_type"); })
      .def_static("from_proto", &SourceFromMessage, nb::arg("data_source"))
      .def("__str__", [](nb::handle self) { return ToShownJson(ToProto(*Stored(self))); })
      .def("__repr__",
           [](nb::handle self) {
             return ShownText(nb::str("{}(name={!r})").format(self.type().attr("__name__"), self.attr("name")));
           })
      .def("__hash__",
           [](const DataSource& self) { return std::hash<std::string>{}(self.name + ":" + self.timestamp_field); })
      .def("__eq__",
           [](const DataSource& self, nb::handle other) {
             const DataSource* that = nullptr;
             return nb::try_cast(other, that) && that != nullptr && SameDefinition(ToProto(self), ToProto(*that));
           })
      .def("__reduce__", [](nb::object self) {
        return nb::make_tuple(nb::module_::import_("feast._restore").attr("restore"),
                              nb::make_tuple(self.type(), ToBytes(ToProto(*Stored(self)))));
      });
  DefineLive(base, "field_mapping", &DataSource::field_mapping);
  DefineDescription<DataSource>(base, TimeZone::kUtc);

  BindSource<FileSource>(module, "FileSource", &MakeFileSource)
      .def_rw("path", &FileSource::path)
      .def_prop_ro("file_format", [](const FileSource& self) { return FileFormatToPython(self.format); })
      .def_prop_ro("s3_endpoint_override", [](const FileSource& self) -> nb::object {
        if (self.s3_endpoint_override.empty()) return nb::none();
        return nb::str(self.s3_endpoint_override.c_str());
      });
  nb::class_<CustomSource, DataSource>(module, "CustomSource")
      .def("__copy__", [](const CustomSource& self) { return std::make_shared<CustomSource>(self); })
      .def_ro("data_source_class_type", &CustomSource::class_type)
      .def_ro("configuration", &CustomSource::configuration);
  BindWarehouseSources(module);
  BindStreamSources(module);
}

}  // namespace feast::python
