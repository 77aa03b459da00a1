// Attributes that every definition has in Python.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>

#include "arguments.h"
#include "datetimes.h"
#include "live_attribute.h"

namespace feast::python {

namespace nb = nanobind;

/// description, tags, owner, timestamps, where it was defined (`_origin`), ordering by name and copying.
template <typename T, typename Class>
void DefineDescription(Class& binding, TimeZone zone) {
  binding.def_rw("description", &T::description)
      .def_prop_ro("labels", [](const T& self) { return self.tags; })
      .def_prop_rw(
          "created_timestamp", [zone](const T& self) { return ToDatetime(self.created_timestamp, zone); },
          [](T& self, nb::handle value) { self.created_timestamp = FromDatetime(value); }, nb::arg().none())
      .def_prop_rw(
          "last_updated_timestamp", [zone](const T& self) { return ToDatetime(self.last_updated_timestamp, zone); },
          [](T& self, nb::handle value) { self.last_updated_timestamp = FromDatetime(value); }, nb::arg().none())
      .def_prop_ro("_origin", [](const T& self) { return PathText(self.origin.ToString()); })
      .def("__lt__", [](const T& self, const T& other) { return self.name < other.name; });
  DefineLive(binding, "tags", &T::tags);
  if constexpr (requires(T value) { value.owner; }) binding.def_rw("owner", &T::owner);
  if constexpr (std::is_default_constructible_v<T>) {  // Base classes would copy only their part.
    binding.def("__copy__", [](const T& self) { return std::make_shared<T>(self); })
        .def("__deepcopy__", [](const T& self, nb::handle) { return std::make_shared<T>(self); });
  }
}

}  // namespace feast::python
