// Columns whose stored values are Arrow's values as they are, decoded page by page.
//
// libparquet's own readers rebuild levels and copy every value several times, whatever the column is like. Numbers and
// timestamps in columns without nesting need less: whole pages go straight to their place, dictionaries come as they
// are stored, and single rows are taken out of a page without decoding the rest.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "scan/row_set.h"

namespace parquet {
class ColumnDescriptor;
class RowGroupReader;
}  // namespace parquet

namespace feast::scan {

/// Whether a column stored as `column` can be read as values of `type` by the functions below.
bool IsFlat(const parquet::ColumnDescriptor& column, const arrow::DataType& type);

/// A column chunk to be read. IsFlat holds for it.
struct FlatColumn {
  parquet::RowGroupReader* group;
  int leaf;
  std::shared_ptr<arrow::DataType> type;
};

/// Every row.
arrow::Result<std::shared_ptr<arrow::Array>> ReadFlat(const FlatColumn& column);
/// Every row, as positions in the stored dictionary. Every page must be encoded by it.
arrow::Result<std::shared_ptr<arrow::Array>> ReadFlatDictionary(const FlatColumn& column);
/// The rows of the set, ascending. Pages without any of them are not decompressed.
arrow::Result<std::shared_ptr<arrow::Array>> ReadFlatRows(const FlatColumn& column, const RowSet& rows);

}  // namespace feast::scan
