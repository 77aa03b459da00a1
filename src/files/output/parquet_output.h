// A stream of rows as Parquet.
#pragma once

#include <cstdint>
#include <memory>

#include "arrow/io/type_fwd.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/places/location.h"

namespace feast::scan {

/// Writes all of `rows`, holding one row group at a time, and returns how many there were.
arrow::Result<int64_t> WriteParquet(arrow::RecordBatchReader& rows,
                                    const std::shared_ptr<arrow::io::OutputStream>& stream);
/// The same to a file, as WriteFile (scan/file_output.h) does.
arrow::Result<int64_t> WriteParquet(arrow::RecordBatchReader& rows, const Location& location);

}  // namespace feast::scan
