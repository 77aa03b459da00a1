// Writes a stream of rows to one Parquet file.
#pragma once

#include <cstdint>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast {

/// Writes all of `rows` to a local path or an Arrow file-system URI, holding one row group at a time, and returns how many there
/// were. The file appears complete or not at all, in place of one that is there: locally through a temporary file beside it, which
/// is removed on every error; elsewhere because the store shows an object only once it is closed.
arrow::Result<int64_t> WriteParquetFile(arrow::RecordBatchReader& rows, const std::string& path_or_uri);

}  // namespace feast
