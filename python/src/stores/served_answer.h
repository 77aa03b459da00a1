// Entity rows out of Python values, and answers back into them, without Arrow and messages between.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bindings.h"
#include "serving/given_rows.h"
#include "serving/served_rows.h"

namespace feast::python {

/// Entity rows and what they point into.
struct PythonRows {
  GivenRows rows;
  std::vector<nb::object> held;
};

/// Rows of a list of dicts or a dict of lists whose values are None, bool, int, float, str or bytes; unset for others,
/// which Arrow understands.
std::optional<PythonRows> RowsFromPython(nb::handle entity_rows);

/// {name: values}; with `timestamps`, also {name__ts: seconds since 1970}.
nb::dict DictOf(const ServedRows& served, bool timestamps);

/// A serialized feast.serving.GetOnlineFeaturesResponse.
arrow::Result<std::string> MessageOf(const ServedRows& served);

}  // namespace feast::python
