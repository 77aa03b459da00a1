// A list of Python objects as Definitions.
#pragma once

#include <nanobind/nanobind.h>

#include "feast/definitions.h"

namespace feast::python {

namespace nb = nanobind;

/// Sorts definition objects by kind. The sources of views are not added: they are part of the views. A TypeError names
/// what is not a definition.
Definitions DefinitionsFromPython(nb::handle objects);

}  // namespace feast::python
