// Entity rows typed on the command line.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/types.h"

namespace feast::cli {

/// A JSON array of objects as a table, as Feast's --dataframe takes it: a column for each key, event_timestamp as
/// moments in UTC (text, or nanoseconds since 1970). Keys that an object lacks are null. Invalid, naming the key, for
/// values of different kinds, lists and objects.
arrow::Result<std::shared_ptr<arrow::Table>> ParseEntityJson(const std::string& text);

/// "2025-03-29", "2025-03-29 12:00:00" or with T, fractions, and Z or an offset; UTC when it says nothing else.
/// Invalid, naming `what`, for anything else.
arrow::Result<Timestamp> ParseMoment(const std::string& text, const std::string& what);

}  // namespace feast::cli
