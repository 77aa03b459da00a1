// Forms in which a retrieval's rows are written to files and streams.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "arrow/io/type_fwd.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

enum class RowFormat {
  /// Snappy-compressed; types are kept.
  kParquet,
  /// An Arrow IPC file ("Feather"); types are kept.
  kArrow,
  /// A header line, then a line for each row. Nulls are empty, empty texts "", lists and structs JSON, times UTC.
  kCsv,
  /// One array of objects as Feast's commands print it: moments are milliseconds since 1970, NaN is null.
  kJson,
};

/// The form that a file's name asks for: .parquet and .pq, .arrow, .feather and .ipc, .csv, .json. Invalid, naming
/// these, for any other.
arrow::Result<RowFormat> RowFormatOf(const std::string& path);

/// Writes all of `rows`, holding one batch (of Parquet: one row group) at a time, closes the stream and returns how
/// many there were. The errors are those of the rows and of the stream.
arrow::Result<int64_t> WriteRows(RowFormat format, arrow::RecordBatchReader& rows,
                                 const std::shared_ptr<arrow::io::OutputStream>& stream);

}  // namespace feast
