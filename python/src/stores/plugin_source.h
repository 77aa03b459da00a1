// Data sources of classes written in Python, as the engine keeps them: their wire form, with the object it came from.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "arguments.h"
#include "feast/data_source.h"

namespace feast::python {

namespace nb = nanobind;

/// The source behind a Python object; nullptr when it is none. A subclass written in Python is asked for its
/// to_proto(), once; the result keeps the object and gives it back in SourceToPython.
std::shared_ptr<DataSource> SourceFromPython(nb::handle object);

/// The Python object of a source. A source from a registry whose class is the user's own is rebuilt by that class's
/// from_proto(); where its module is not installed, it is a plain CustomSource. None for nullptr.
nb::object SourceToPython(const std::shared_ptr<DataSource>& source);

/// Takes an argument that is a source or None.
std::shared_ptr<DataSource> SourceArgument(Arguments& arguments, const char* name, const char* expected);

/// Binds a member that is a source.
template <typename T, typename Class>
void DefineSource(Class& binding, const char* name, std::shared_ptr<DataSource> T::*member) {
  binding.def_prop_rw(
      name, [member](const T& self) { return SourceToPython(self.*member); },
      [member](T& self, nb::handle value) {
        self.*member = SourceFromPython(value);
        if (!(self.*member) && !value.is_none()) ThrowTypeError("A source must be a DataSource or None.");
      },
      nb::arg().none());
}

}  // namespace feast::python
