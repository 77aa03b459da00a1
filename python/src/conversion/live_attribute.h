// Attributes that are lists or dicts: in Python, changing them in place changes the object.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace feast::python {

namespace nb = nanobind;

/// A list or dict of feast._live for `attribute` of `owner`.
inline nb::object Live(nb::handle owner, const char* attribute, nb::handle items) {
  const char* kind = PyDict_Check(items.ptr()) ? "LiveDict" : "LiveList";
  return nb::module_::import_("feast._live").attr(kind)(owner, attribute, items);
}

/// Binds a vector or map member as a live attribute.
template <typename T, typename Class, typename Member>
void DefineLive(Class& binding, const char* name, Member T::*member) {
  binding.def_prop_rw(
      name, [name, member](nb::handle self) { return Live(self, name, nb::cast(nb::cast<const T&>(self).*member)); },
      [member](T& self, Member value) { self.*member = std::move(value); });
}

}  // namespace feast::python
