// File and stream formats as Python objects.
#pragma once

#include <nanobind/nanobind.h>

#include <optional>

#include "feast/data_source.h"

namespace feast::python {

namespace nb = nanobind;
class Arguments;

struct FileFormatObject {
  FileFormat format;
};

nb::object FileFormatToPython(std::optional<FileFormat> format);
nb::object StreamFormatToPython(const StreamFormat& format);
std::optional<FileFormat> FileFormatArgument(Arguments& arguments, const char* name);
StreamFormat StreamFormatArgument(Arguments& arguments, const char* name);

}  // namespace feast::python
