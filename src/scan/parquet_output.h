// Writes a stream of rows to one Parquet file.
#pragma once

#include <cstdint>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "scan/location.h"

namespace feast::scan {

/// Writes all of `rows`, holding one row group at a time, and returns how many there were. The file appears complete or
/// not at all, in place of one that is there: locally through a temporary file beside it, which is removed on every
/// error; on S3 because an object shows only once it is closed, elsewhere by a temporary object. Missing local folders
/// are made.
arrow::Result<int64_t> WriteParquet(arrow::RecordBatchReader& rows, const Location& location);

}  // namespace feast::scan
