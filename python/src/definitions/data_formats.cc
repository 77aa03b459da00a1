// feast.data_format: how files and messages are encoded.
#include "data_formats.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "arguments.h"
#include "bindings.h"

namespace feast::python {

namespace {

template <StreamFormat::Kind kind>
struct OneStreamFormat : StreamFormat {};
using AvroFormat = OneStreamFormat<StreamFormat::Kind::kAvro>;
using JsonFormat = OneStreamFormat<StreamFormat::Kind::kJson>;
using ProtoFormat = OneStreamFormat<StreamFormat::Kind::kProto>;

struct ParquetFormat : FileFormatObject {};
struct DeltaFormat : FileFormatObject {};
struct CsvFormat : FileFormatObject {};

template <typename T>
void BindFileFormat(nb::module_& module, const char* name, FileFormat format) {
  nb::class_<T, FileFormatObject>(module, name).def("__init__", [format](T* self) { new (self) T{{format}}; });
}

template <typename T>
void BindStreamFormat(nb::module_& module, const char* name, const char* definition, StreamFormat::Kind kind) {
  nb::class_<T, StreamFormat>(module, name)
      .def(
          "__init__",
          [kind](T* self, const std::string& text) {
            new (self) T{{kind, text}};
          },
          nb::arg(definition))
      .def_rw(definition, &T::definition);
}

}  // namespace

nb::object FileFormatToPython(std::optional<FileFormat> format) {
  if (!format) return nb::none();
  switch (*format) {
    case FileFormat::kParquet:
      return nb::cast(ParquetFormat{{*format}});
    case FileFormat::kDelta:
      return nb::cast(DeltaFormat{{*format}});
    case FileFormat::kCsv:
      return nb::cast(CsvFormat{{*format}});
  }
  return nb::none();
}

nb::object StreamFormatToPython(const StreamFormat& format) {
  switch (format.kind) {
    case StreamFormat::Kind::kAvro:
      return nb::cast(AvroFormat{{format}});
    case StreamFormat::Kind::kJson:
      return nb::cast(JsonFormat{{format}});
    case StreamFormat::Kind::kProto:
      return nb::cast(ProtoFormat{{format}});
    case StreamFormat::Kind::kNone:
      break;
  }
  return nb::none();
}

std::optional<FileFormat> FileFormatArgument(Arguments& arguments, const char* name) {
  nb::object value = arguments.Take(name);
  if (value.is_none()) return std::nullopt;
  const FileFormatObject* object = nullptr;
  if (nb::try_cast(value, object) && object != nullptr) return object->format;
  arguments.WrongType(name, "a FileFormat such as ParquetFormat()", value);
}

StreamFormat StreamFormatArgument(Arguments& arguments, const char* name) {
  nb::object value = arguments.Take(name);
  const StreamFormat* format = nullptr;
  if (value.is_none()) return StreamFormat{};
  if (nb::try_cast(value, format) && format != nullptr) return *format;
  arguments.WrongType(name, "a StreamFormat such as AvroFormat(schema_json=...)", value);
}

void BindDataFormats(nb::module_& module) {
  nb::class_<FileFormatObject>(module, "FileFormat")
      .def("__eq__",
           [](const FileFormatObject& self, nb::handle other) {
             const FileFormatObject* that = nullptr;
             return nb::try_cast(other, that) && that != nullptr && self.format == that->format;
           })
      .def("__hash__", [](const FileFormatObject& self) { return static_cast<int>(self.format); })
      .def("__str__", [](const FileFormatObject& self) {
        return self.format == FileFormat::kParquet ? "parquet" : self.format == FileFormat::kDelta ? "delta" : "csv";
      });
  BindFileFormat<ParquetFormat>(module, "ParquetFormat", FileFormat::kParquet);
  BindFileFormat<DeltaFormat>(module, "DeltaFormat", FileFormat::kDelta);
  BindFileFormat<CsvFormat>(module, "CsvFormat", FileFormat::kCsv);

  nb::class_<StreamFormat>(module, "StreamFormat")
      .def("__eq__",
           [](const StreamFormat& self, nb::handle other) {
             const StreamFormat* that = nullptr;
             return nb::try_cast(other, that) && that != nullptr && self == *that;
           })
      .def("__hash__", [](const StreamFormat& self) { return std::hash<std::string>{}(self.definition); });
  BindStreamFormat<AvroFormat>(module, "AvroFormat", "schema_json", StreamFormat::Kind::kAvro);
  BindStreamFormat<JsonFormat>(module, "JsonFormat", "schema_json", StreamFormat::Kind::kJson);
  BindStreamFormat<ProtoFormat>(module, "ProtoFormat", "class_path", StreamFormat::Kind::kProto);
}

}  // namespace feast::python
