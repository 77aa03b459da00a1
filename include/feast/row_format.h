// Forms in which a retrieval's rows are written to files and streams.
#pragma once

namespace feast {

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

}  // namespace feast
