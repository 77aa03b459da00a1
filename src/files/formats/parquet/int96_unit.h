// The unit in which timestamps stored as INT96 are read: the format says none.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/formats/parquet/int96_moments.h"
#include "files/formats/parquet/parquet_file.h"

namespace feast::scan {

/// Columns that may hold more than microseconds: those stored as INT96, at any depth, but none of Spark's, whose
/// timestamps are microseconds.
std::set<std::string> ColumnsThatMayNeedNanoseconds(const ParquetFile& file);

/// What the column's values need. Reads all of them.
arrow::Result<Int96Need> FindInt96Need(const ParquetFile& file, const std::string& column);

/// The column's field with its INT96 timestamps in nanoseconds.
arrow::Result<std::shared_ptr<arrow::Field>> FieldInNanoseconds(const ParquetFile& file, const std::string& column);

}  // namespace feast::scan
