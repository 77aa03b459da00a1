// SavedDataset and the places its rows may be kept.
#include "saved_dataset.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "attributes.h"
#include "data_formats.h"
#include "plugin_source.h"
#include "wire.h"

namespace feast::python {

namespace {

template <typename T>
struct StorageOf : SavedDatasetStorage {};

template <typename T>
nb::class_<StorageOf<T>, SavedDatasetStorage> BindStorage(nb::module_& module, const char* name) {
  return nb::class_<StorageOf<T>, SavedDatasetStorage>(module, name);
}

/// Storage in a table of a warehouse.
template <typename T>
void BindTableStorage(nb::module_& module, const char* name, const char* argument) {
  BindStorage<T>(module, name)
      .def(
          "__init__",
          [](StorageOf<T>* self, const std::string& table) {
            auto source = std::make_shared<T>();
            source->table = table;
            source->name = table;
            new (self) StorageOf<T>{{source}};
          },
          nb::arg(argument))
      .def_prop_ro("table", [](const StorageOf<T>& self) { return std::static_pointer_cast<T>(self.source)->table; });
}

void BindFileStorage(nb::module_& module) {
  BindStorage<FileSource>(module, "SavedDatasetFileStorage")
      .def(
          "__init__",
          [](StorageOf<FileSource>* self, nb::object path, nb::object format,
             const std::optional<std::string>& endpoint) {
            auto source = std::make_shared<FileSource>();
            if (nb::hasattr(path, "__fspath__")) path = path.attr("__fspath__")();
            if (!nb::try_cast(path, source->path)) ThrowTypeError("SavedDatasetFileStorage(path=...) must be str.");
            source->name = source->path;
            const FileFormatObject* file_format = nullptr;
            source->format = nb::try_cast(format, file_format) && file_format != nullptr ? file_format->format
                                                                                         : FileFormat::kParquet;
            source->s3_endpoint_override = endpoint.value_or("");
            new (self) StorageOf<FileSource>{{source}};
          },
          nb::arg("path"), nb::arg("file_format") = nb::none(), nb::arg("s3_endpoint_override").none() = nb::none())
      .def_prop_ro(
          "path",
          [](const StorageOf<FileSource>& self) { return std::static_pointer_cast<FileSource>(self.source)->path; })
      .def_prop_ro("file_options", [](const StorageOf<FileSource>& self) {
        auto source = std::static_pointer_cast<FileSource>(self.source);
        nb::dict values;
        values["uri"] = source->path;
        values["file_format"] = FileFormatToPython(source->format);
        values["s3_endpoint_override"] = source->s3_endpoint_override;
        return nb::module_::import_("types").attr("SimpleNamespace")(**values);
      });
}

template <typename T>
bool WrapAs(const std::shared_ptr<DataSource>& source, nb::object* result) {
  if (std::dynamic_pointer_cast<T>(source) == nullptr) return false;
  *result = nb::cast(StorageOf<T>{{source}});
  return true;
}

SavedDataset MakeSavedDataset(const nb::args& args, const nb::kwargs& kwargs) {
  // Feast's class takes its first arguments by position too.
  nb::kwargs keywords = nb::borrow<nb::kwargs>(nb::dict(kwargs));
  const char* names[] = {
      "name", "features", "join_keys", "storage", "full_feature_names", "tags", "feature_service_name"};
  for (size_t i = 0; i < args.size() && i < std::size(names); ++i) keywords[names[i]] = args[i];
  Arguments arguments("SavedDataset", nb::borrow<nb::args>(nb::tuple()), keywords);
  SavedDataset dataset;
  dataset.name = arguments.RequiredText("name");
  dataset.features = arguments.StringList("features");
  dataset.join_keys = arguments.StringList("join_keys");
  dataset.storage = StorageSource(arguments.Take("storage"));
  dataset.full_feature_names = arguments.Flag("full_feature_names", false);
  dataset.tags = arguments.StringMap("tags");
  dataset.feature_service_name = arguments.Text("feature_service_name");
  dataset.namespace_name = arguments.Text("namespace");
  dataset.collection = arguments.Text("collection");
  dataset.description = arguments.Text("description");
  arguments.Finish();
  dataset.origin = CallerOrigin();
  return dataset;
}

/// The job that reads a dataset's rows; a store sets it.
nb::object JobOf(nb::handle dataset) {
  nb::object job = nb::getattr(dataset, "_retrieval_job", nb::none());
  if (job.is_none()) {
    ThrowValueError(
        "This saved dataset was not got from a store, so its rows cannot be read: use store.get_saved_dataset(name).");
  }
  return job;
}

}  // namespace

nb::object StorageToPython(const std::shared_ptr<DataSource>& source) {
  nb::object result = nb::none();
  if (source) {
    (void)(WrapAs<FileSource>(source, &result) || WrapAs<BigQuerySource>(source, &result) ||
           WrapAs<SnowflakeSource>(source, &result) || WrapAs<RedshiftSource>(source, &result) ||
           WrapAs<SparkSource>(source, &result) || WrapAs<TrinoSource>(source, &result) ||
           WrapAs<AthenaSource>(source, &result) || WrapAs<PostgreSQLSource>(source, &result));
    if (result.is_none()) result = nb::cast(SavedDatasetStorage{source});
  }
  return result;
}

std::shared_ptr<DataSource> StorageSource(nb::handle storage) {
  if (std::shared_ptr<DataSource> source = SourceFromPython(storage)) return source;
  const SavedDatasetStorage* object = nullptr;
  // A class of the user's own need not have called the constructor of ours.
  const bool ours = nb::cast<std::string>(nb::str(storage.type().attr("__module__"))) == "feast._feast";
  if (ours && nb::try_cast(storage, object) && object != nullptr) return object->source;
  if (nb::hasattr(storage, "to_data_source")) {
    nb::object given = storage.attr("to_data_source")();
    if (std::shared_ptr<DataSource> source = SourceFromPython(given)) return source;
  }
  ThrowTypeError("A storage must be a SavedDatasetStorage such as SavedDatasetFileStorage(path=...), but got " +
                 nb::cast<std::string>(nb::repr(storage)));
}

void BindSavedDataset(nb::module_& module) {
  nb::class_<SavedDatasetStorage>(module, "SavedDatasetStorage", "Where the rows of a saved dataset are.",
                                  nb::dynamic_attr())
      .def("__init__", [](SavedDatasetStorage* self) { new (self) SavedDatasetStorage(); })
      .def("to_data_source", [](const SavedDatasetStorage& self) { return SourceToPython(self.source); })
      .def_static(
          "from_data_source", [](nb::handle source) { return StorageToPython(SourceFromPython(source)); },
          nb::arg("data_source"))
      .def("to_proto",
           [](const SavedDatasetStorage& self) {
             SavedDataset dataset;
             dataset.storage = self.source;
             return ToPythonMessage(ToProto(dataset).spec().storage());
           })
      .def_static(
          "from_proto",
          [](nb::handle python) {
            core::SavedDataset message;
            FromPythonMessage(python, message.mutable_spec()->mutable_storage());
            return StorageToPython(Checked(FromProto(message)).storage);
          },
          nb::arg("storage_proto"))
      .def("__eq__", [](const SavedDatasetStorage& self, nb::handle other) {
        const SavedDatasetStorage* that = nullptr;
        return nb::try_cast(other, that) && that != nullptr &&
               SameDefinition(ToProto(*self.source), ToProto(*that->source));
      });
  BindFileStorage(module);
  BindTableStorage<BigQuerySource>(module, "SavedDatasetBigQueryStorage", "table");
  BindTableStorage<SnowflakeSource>(module, "SavedDatasetSnowflakeStorage", "table_ref");
  BindTableStorage<RedshiftSource>(module, "SavedDatasetRedshiftStorage", "table_ref");
  BindTableStorage<SparkSource>(module, "SavedDatasetSparkStorage", "table");
  BindTableStorage<TrinoSource>(module, "SavedDatasetTrinoStorage", "table");
  BindTableStorage<AthenaSource>(module, "SavedDatasetAthenaStorage", "table_ref");
  BindTableStorage<PostgreSQLSource>(module, "SavedDatasetPostgreSQLStorage", "table_ref");

  nb::class_<SavedDataset> dataset(module, "SavedDataset", "A retrieval's result kept under a name.",
                                   nb::dynamic_attr(), nb::is_weak_referenceable());
  dataset
      .def("__init__",
           [](SavedDataset* self, nb::args a, nb::kwargs k) { new (self) SavedDataset(MakeSavedDataset(a, k)); })
      .def_rw("name", &SavedDataset::name)
      .def_rw("features", &SavedDataset::features)
      .def_rw("join_keys", &SavedDataset::join_keys)
      .def_rw("full_feature_names", &SavedDataset::full_feature_names)
      .def_rw("feature_service_name", &SavedDataset::feature_service_name)
      .def_rw("namespace", &SavedDataset::namespace_name)
      .def_rw("collection", &SavedDataset::collection)
      .def_prop_ro("storage", [](const SavedDataset& self) { return StorageToPython(self.storage); })
      .def_prop_ro("min_event_timestamp",
                   [](const SavedDataset& self) { return ToDatetime(self.min_event_timestamp, TimeZone::kNaive); })
      .def_prop_ro("max_event_timestamp",
                   [](const SavedDataset& self) { return ToDatetime(self.max_event_timestamp, TimeZone::kNaive); })
      .def(
          "with_retrieval_job",
          [](nb::object self, nb::object job) {
            self.attr("_retrieval_job") = job;
            return self;
          },
          nb::arg("retrieval_job"))
      .def(
          "as_reference",
          [](nb::object self, nb::object name, nb::object profiler) {
            return nb::module_::import_("feast.saved_dataset")
                .attr("ValidationReference")
                .attr("from_saved_dataset")(name, self, profiler);
          },
          nb::arg("name"), nb::arg("profiler"))
      .def("to_df", [](nb::handle self) { return JobOf(self).attr("to_df")(); })
      .def("to_arrow", [](nb::handle self) { return JobOf(self).attr("to_arrow")(); })
      .def("__hash__", [](const SavedDataset& self) { return std::hash<std::string>{}(self.name); })
      .def("__repr__", [](const SavedDataset& self) { return "<SavedDataset(name = " + self.name + ")>"; });
  DefineDescription<SavedDataset>(dataset, TimeZone::kNaive);
  DefineWire<core::SavedDataset, SavedDataset>(dataset);
}

}  // namespace feast::python
