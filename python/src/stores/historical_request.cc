#include "historical_request.h"

#include <nanobind/stl/string.h>

#include <string>

#include "arrow/table.h"
#include "arrow_exchange.h"
#include "bindings.h"
#include "datetimes.h"

namespace feast::python {

HistoricalRequest RequestFor(nb::handle entity_rows, nb::handle start, nb::handle end) {
  HistoricalRequest request;
  std::string text;
  if (entity_rows.is_none()) {
    EntityRange range;
    if (!start.is_none()) range.start = FromDatetime(start);
    if (!end.is_none()) range.end = FromDatetime(end);
    request.entity_rows = range;
  } else if (nb::try_cast(entity_rows, text)) {
    request.entity_rows = EntityRowsFromText(text);
  } else {
    request.entity_rows = Checked(TableFromPython(entity_rows));
  }
  return request;
}

}  // namespace feast::python
