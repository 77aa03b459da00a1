// feast.feature_logging: where a feature service's served features are logged.
#include "logging_config.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.h"
#include "bindings.h"
#include "wire.h"

namespace feast::python {

namespace {

struct LoggingDestination {
  /// With only the destination set.
  core::LoggingConfig message;
};
struct FileDestination : LoggingDestination {};
struct BigQueryDestination : LoggingDestination {};
struct RedshiftDestination : LoggingDestination {};
struct SnowflakeDestination : LoggingDestination {};

template <typename T>
nb::class_<T, LoggingDestination> BindTable(nb::module_& module, const char* name, const char* argument,
                                            void (*set)(core::LoggingConfig&, const std::string&)) {
  return nb::class_<T, LoggingDestination>(module, name)
      .def(
          "__init__",
          [set](T* self, const std::string& table) {
            T value;
            set(value.message, table);
            new (self) T(std::move(value));
          },
          nb::kw_only(), nb::arg(argument));
}

void BindFile(nb::module_& module) {
  nb::class_<FileDestination, LoggingDestination>(module, "FileLoggingDestination")
      .def(
          "__init__",
          [](FileDestination* self, const std::string& path, const std::string& endpoint,
             const std::optional<std::vector<std::string>>& partition_by) {
            FileDestination value;
            auto* file = value.message.mutable_file_destination();
            file->set_path(path);
            file->set_s3_endpoint_override(endpoint);
            for (const std::string& column : partition_by.value_or(std::vector<std::string>{}))
              file->add_partition_by(column);
            new (self) FileDestination(std::move(value));
          },
          nb::kw_only(), nb::arg("path"), nb::arg("s3_endpoint_override") = "",
          nb::arg("partition_by").none() = nb::none())
      .def_prop_ro("path", [](const FileDestination& self) { return self.message.file_destination().path(); });
}

}  // namespace

void BindLoggingConfig(nb::module_& module) {
  nb::class_<LoggingDestination>(module, "LoggingDestination").def("to_proto", [](const LoggingDestination& self) {
    return ToPythonMessage(self.message);
  });
  BindFile(module);
  BindTable<BigQueryDestination>(
      module, "BigQueryLoggingDestination", "table_ref",
      [](auto& message, const std::string& table) { message.mutable_bigquery_destination()->set_table_ref(table); });
  BindTable<RedshiftDestination>(
      module, "RedshiftLoggingDestination", "table_name",
      [](auto& message, const std::string& table) { message.mutable_redshift_destination()->set_table_name(table); });
  BindTable<SnowflakeDestination>(
      module, "SnowflakeLoggingDestination", "table_name",
      [](auto& message, const std::string& table) { message.mutable_snowflake_destination()->set_table_name(table); });
  nb::class_<LoggingConfigObject>(module, "LoggingConfig", "Where and how often served features are logged.")
      .def(
          "__init__",
          [](LoggingConfigObject* self, const LoggingDestination& destination, float sample_rate) {
            LoggingConfigObject value{destination.message};
            value.message.set_sample_rate(sample_rate);
            new (self) LoggingConfigObject(std::move(value));
          },
          nb::arg("destination"), nb::arg("sample_rate") = 1.0f)
      .def_prop_ro("sample_rate", [](const LoggingConfigObject& self) { return self.message.sample_rate(); })
      .def("to_proto", [](const LoggingConfigObject& self) { return ToPythonMessage(self.message); })
      .def("__eq__", [](const LoggingConfigObject& self, const LoggingConfigObject& other) {
        return self.message.SerializeAsString() == other.message.SerializeAsString();
      });
}

}  // namespace feast::python
