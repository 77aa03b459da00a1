// Arrays that somebody else made: whether what they say of themselves is true.
#pragma once

#include "arrow/status.h"
#include "arrow/type_fwd.h"

namespace feast {

/// Invalid, naming the column, where an array's lengths, offsets or positions in a dictionary lie outside what it
/// holds: reading it would read anything. Takes 3 ns a row for dictionaries, less for texts and lists, nothing for
/// numbers. What texts consist of is not looked at.
arrow::Status CheckArrays(const arrow::Table& table);
arrow::Status CheckArrays(const arrow::RecordBatch& batch);

}  // namespace feast
