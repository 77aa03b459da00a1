// Columns whose stored values are Arrow's values as they are, decoded page by page.
//
// libparquet's own readers rebuild levels and copy every value several times, whatever the column is like. Numbers and
// timestamps in columns without nesting need less: whole pages go straight to their place, dictionaries come as they
// are stored, and single rows are taken out of a page without decoding the rest.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/formats/parquet/row_set.h"

namespace arrow::io {
class RandomAccessFile;
}

namespace parquet {
class ColumnDescriptor;
class FileMetaData;
}  // namespace parquet

namespace feast::scan {

/// Whether a column stored as `column` can be read as values of `type` by the functions below.
bool IsFlat(const parquet::ColumnDescriptor& column, const arrow::DataType& type);

/// A column chunk to be read. IsFlat holds for it.
struct FlatColumn {
  std::shared_ptr<arrow::io::RandomAccessFile> file;
  std::shared_ptr<parquet::FileMetaData> metadata;
  /// The row group, and the column's number among the leaves of the schema.
  int group;
  int leaf;
  std::shared_ptr<arrow::DataType> type;
  /// Read with one request, as is best where the bytes are at hand already.
  bool read_whole = false;
};

/// A stretch of a column chunk, some rows at a time.
class FlatStream {
 public:
  /// The column's values; or, by its `dictionary`, positions in the one that is stored, when every page is so encoded.
  /// Pages before the stretch are not decompressed.
  static arrow::Result<std::unique_ptr<FlatStream>> Open(const FlatColumn& column, bool dictionary,
                                                         const RowStretch& stretch);
  virtual ~FlatStream() = default;

  /// The next rows, of the stretch; an error when there are fewer. Arrays of one stream share their dictionary.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Next(int64_t rows) = 0;
};

/// The rows of the set, ascending. Pages without any of them are not decompressed.
arrow::Result<std::shared_ptr<arrow::Array>> ReadFlatRows(const FlatColumn& column, const RowSet& rows);

}  // namespace feast::scan
