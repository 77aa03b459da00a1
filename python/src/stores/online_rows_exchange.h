// Rows of online stores between the engine and classes written for Feast: keys and values as bytes, moments as
// microseconds since 1970.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "arrow/result.h"
#include "online/online_rows.h"

namespace feast::python {

namespace nb = nanobind;

/// (keys, a list of values for each feature, event times, created times or None)
nb::tuple RowsToPython(const OnlineRows& rows);
/// The same back. Invalid where the lists differ in length.
arrow::Result<OnlineRows> RowsFromPython(const std::vector<std::string>& features, nb::handle keys, nb::handle columns,
                                         nb::handle times, nb::handle created);

/// For each key None, or its event time and a list of a value or None for each feature.
nb::list AnswerToPython(const OnlineAnswer& answer, size_t keys, size_t features);
/// The same back, of as many keys and features as `answer` has.
void AnswerFromPython(nb::handle rows, size_t features, OnlineAnswer* answer);

nb::list BytesList(const std::vector<std::string>& texts);

}  // namespace feast::python
