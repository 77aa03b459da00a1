// Writes one column chunk of numbers or timestamps to a Parquet file.
//
// libparquet's own writer builds levels row by row from any nesting, and looks every value up in a general hash table.
// A flat column needs neither: what tells its nulls is Arrow's bitmap as it is. Pages, their headers, statistics and
// indexes are libparquet's.
#pragma once

#include <memory>

#include "arrow/io/type_fwd.h"
#include "arrow/type_fwd.h"

namespace parquet {
class ColumnChunkMetaDataBuilder;
class ColumnDescriptor;
class PageWriter;
class WriterProperties;
}  // namespace parquet

namespace feast::scan {

/// Errors are thrown as libparquet throws them. For one thread.
class NumberColumnWriter {
 public:
  /// IsFlat holds for the column that `descriptor` describes. `pages` keeps what it gets in memory until it is closed.
  static std::unique_ptr<NumberColumnWriter> Make(const parquet::ColumnDescriptor* descriptor,
                                                  const parquet::WriterProperties& properties,
                                                  parquet::ColumnChunkMetaDataBuilder* metadata,
                                                  std::unique_ptr<parquet::PageWriter> pages);
  virtual ~NumberColumnWriter() = default;

  /// The next rows.
  virtual void Append(const arrow::ArrayData& rows) = 0;
  /// Encodes what is left, after the last rows.
  virtual void Finish() = 0;
  /// Writes the chunk to the file; to be called once, for one column after another. Returns its bytes.
  virtual int64_t Close() = 0;
};

}  // namespace feast::scan
