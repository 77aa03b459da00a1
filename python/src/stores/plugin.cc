#include "plugin.h"

#include <nanobind/stl/string.h>

#include "bindings.h"

namespace feast::python {

arrow::Status PluginFailure(nb::python_error error, const std::string& doing) {
  nb::object exception = nb::borrow(error.value());
  const arrow::Status status = StatusFromPython(std::move(error));
  return status.WithMessage(
      nb::cast<std::string>(nb::module_::import_("feast._plugins").attr("describe_failure")(exception, doing)));
}

Plugin::~Plugin() {
  if (!Py_IsInitialized()) {
    object_.release();
    return;
  }
  nb::gil_scoped_acquire gil;
  object_.reset();
}

}  // namespace feast::python
