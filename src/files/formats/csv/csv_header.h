// The first line of a CSV file, before Arrow's reader makes room for every column that it names.
#pragma once

#include "arrow/io/type_fwd.h"
#include "arrow/status.h"
#include "files/formats/csv/csv_options.h"

namespace feast::scan {

/// Each column costs a reader about 20 KB and 0.1 ms, whatever is in it.
inline constexpr int64_t kCsvColumnsMax = 20'000;

/// Invalid when the line has more columns than kCsvColumnsMax, or does not end within 4 MB. Reads the stream as far as
/// that.
arrow::Status CheckCsvHeader(arrow::io::InputStream& text, const CsvOptions& options);

}  // namespace feast::scan
