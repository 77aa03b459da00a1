// What the constructors of all data sources share.
#pragma once

#include <memory>
#include <string>

#include "arguments.h"
#include "attributes.h"
#include "bindings.h"
#include "feast/data_source.h"
#include "wire.h"

namespace feast::python {

/// Takes the arguments every source has. `default_name` is used when no name is given; when that is empty too,
/// DataSourceNoNameException.
void TakeSourceArguments(Arguments& arguments, DataSource& source, const std::string& default_name);

/// Takes 'table' and 'query' of a warehouse source; ValueError when neither is given.
void TakeTableOrQuery(Arguments& arguments, std::string& table, std::string& query);

/// Binds one class of source; `make` builds it from its keywords.
template <typename T>
nb::class_<T, DataSource> BindSource(nb::module_& module, const char* name,
                                     T (*make)(const nb::args&, const nb::kwargs&)) {
  nb::class_<T, DataSource> binding(module, name);
  binding.def("__init__", [make](T* self, nb::args args, nb::kwargs kwargs) { new (self) T(make(args, kwargs)); })
      .def("__copy__", [](const T& self) { return std::make_shared<T>(self); })
      .def("__deepcopy__", [](const T& self, nb::handle) { return std::make_shared<T>(self); });
  return binding;
}

void BindWarehouseSources(nb::module_& module);
void BindStreamSources(nb::module_& module);

}  // namespace feast::python
