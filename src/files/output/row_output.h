// A stream of rows in any of the forms people ask for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "arrow/io/type_fwd.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/row_format.h"
#include "files/places/location.h"

namespace feast::scan {

/// The form that a file's name asks for: .parquet and .pq, .arrow, .feather and .ipc, .csv, .json. Invalid, naming
/// these, for any other.
arrow::Result<RowFormat> RowFormatOf(const std::string& path);

/// Writes all of `rows`, holding one batch (of Parquet: one row group) at a time, closes the stream and returns how
/// many there were.
arrow::Result<int64_t> WriteRows(RowFormat format, arrow::RecordBatchReader& rows,
                                 const std::shared_ptr<arrow::io::OutputStream>& stream);

/// The same to a file, which appears complete or not at all (scan/file_output.h).
arrow::Result<int64_t> WriteRows(RowFormat format, arrow::RecordBatchReader& rows, const Location& location);

// Two of the forms, each in a file of its own.
arrow::Result<int64_t> WriteCsv(arrow::RecordBatchReader& rows, const std::shared_ptr<arrow::io::OutputStream>& stream);
arrow::Result<int64_t> WriteJson(arrow::RecordBatchReader& rows,
                                 const std::shared_ptr<arrow::io::OutputStream>& stream);

}  // namespace feast::scan
