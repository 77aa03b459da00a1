// Ranges of values from the statistics of a Parquet column chunk.
#pragma once

#include <cstdint>
#include <optional>

#include "arrow/type_fwd.h"
#include "files/fragment.h"

namespace parquet {
class ColumnChunkMetaData;
class ColumnDescriptor;
}  // namespace parquet

namespace feast::scan {

/// Nanoseconds of one stored tick of a timestamp or date column; the stored unit need not be that of the Arrow type.
int64_t StoredTick(const parquet::ColumnDescriptor& column, const arrow::DataType& type);

/// Stored values of a column of Arrow type `type` as Fragment::range gives them; unset where they cannot be compared.
std::optional<ValueRange> ComparableRange(const ValueRange& stored, const parquet::ColumnDescriptor& column,
                                          const arrow::DataType& type);

/// The range of an integer, timestamp or date column of Arrow type `type`; unset when the file has no statistics for
/// it, or when the type is another.
std::optional<ValueRange> StatisticsRange(const parquet::ColumnChunkMetaData& chunk,
                                          const parquet::ColumnDescriptor& column, const arrow::DataType& type);

}  // namespace feast::scan
