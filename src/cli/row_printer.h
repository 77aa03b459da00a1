// Rows of a result on standard output.
#pragma once

#include <cstdint>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/row_format.h"

namespace feast::cli {

/// Writes all of `rows` as they come. ExitCode(1) when nobody takes them.
arrow::Status PrintRows(RowFormat format, arrow::RecordBatchReader& rows);

/// The first rows as a table for people, and how many more there are.
arrow::Status PrintTable(arrow::RecordBatchReader& rows);

}  // namespace feast::cli
