// What Python's get_historical_features is given, as a request.
#pragma once

#include <nanobind/nanobind.h>

#include "feast/historical_request.h"

namespace feast::python {

namespace nb = nanobind;

/// A request for these entity rows and no features yet: anything with an Arrow stream, the path of a file, or, where
/// `entity_rows` is None, the range of the datetimes `start` and `end`, each of which may be None.
HistoricalRequest RequestFor(nb::handle entity_rows, nb::handle start, nb::handle end);

}  // namespace feast::python
