#include "files/formats/parquet/parquet_statistics.h"

#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "files/value_range.h"
#include "parquet/metadata.h"
#include "parquet/schema.h"
#include "parquet/statistics.h"

namespace feast::scan {
namespace {

std::optional<ValueRange> Integers(const parquet::Statistics& statistics) {
  switch (statistics.physical_type()) {
    case parquet::Type::INT32: {
      const auto& typed = static_cast<const parquet::Int32Statistics&>(statistics);
      return ValueRange{typed.min(), typed.max()};
    }
    case parquet::Type::INT64: {
      const auto& typed = static_cast<const parquet::Int64Statistics&>(statistics);
      return ValueRange{typed.min(), typed.max()};
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

int64_t StoredTick(const parquet::ColumnDescriptor& column, const arrow::DataType& type) {
  // Dates are stored in days whichever Arrow type they come back as.
  if (type.id() != arrow::Type::TIMESTAMP) return NanosecondsPerTick(*arrow::date32());
  const auto* logical = column.logical_type().get();
  // Such a column is a timestamp by the Arrow schema that the writer left in the footer.
  if (!logical || !logical->is_timestamp()) return NanosecondsPerTick(type);
  switch (static_cast<const parquet::TimestampLogicalType*>(logical)->time_unit()) {
    case parquet::LogicalType::TimeUnit::MILLIS:
      return 1'000'000;
    case parquet::LogicalType::TimeUnit::MICROS:
      return 1'000;
    default:
      return 1;
  }
}

std::optional<ValueRange> ComparableRange(const ValueRange& stored, const parquet::ColumnDescriptor& column,
                                          const arrow::DataType& type) {
  if (NanosecondsPerTick(type) > 0) {
    const int64_t tick = StoredTick(column, type);
    // Saturated as the join saturates rows, so that a range holds every moment of its rows.
    return ValueRange{SaturatingNanoseconds(stored.min, tick), SaturatingNanoseconds(stored.max, tick)};
  }
  if (!arrow::is_integer(type.id())) return std::nullopt;
  // Bounds are the stored bits, in which large unsigned numbers are negative: then, or out of order, they say nothing.
  if (arrow::is_unsigned_integer(type.id()) && (stored.min < 0 || stored.max < stored.min)) return std::nullopt;
  return stored;
}

std::optional<ValueRange> StatisticsRange(const parquet::ColumnChunkMetaData& chunk,
                                          const parquet::ColumnDescriptor& column, const arrow::DataType& type) {
  if (NanosecondsPerTick(type) == 0 && !arrow::is_integer(type.id())) return std::nullopt;
  const auto statistics = chunk.statistics();
  if (!statistics || !statistics->HasMinMax()) return std::nullopt;
  const auto range = Integers(*statistics);
  return range ? ComparableRange(*range, column, type) : std::nullopt;
}

}  // namespace feast::scan
