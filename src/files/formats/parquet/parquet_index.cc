#include "files/formats/parquet/parquet_index.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "files/formats/parquet/parquet_calls.h"
#include "files/formats/parquet/parquet_statistics.h"
#include "parquet/bloom_filter.h"
#include "parquet/bloom_filter_reader.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"
#include "parquet/page_index.h"
#include "parquet/schema.h"

namespace feast::scan {
namespace {

std::optional<ValueRange> StoredBounds(const parquet::ColumnIndex& index, parquet::Type::type type, size_t page) {
  if (type == parquet::Type::INT32) {
    const auto& typed = dynamic_cast<const parquet::Int32ColumnIndex&>(index);
    return ValueRange{typed.min_values().at(page), typed.max_values().at(page)};
  }
  if (type == parquet::Type::INT64) {
    const auto& typed = dynamic_cast<const parquet::Int64ColumnIndex&>(index);
    return ValueRange{typed.min_values().at(page), typed.max_values().at(page)};
  }
  return std::nullopt;
}

/// Whether a page that the index calls null is: some writers say so of pages of which they know nothing.
bool HoldsNullsOnly(const parquet::ColumnIndex& index, const parquet::ColumnDescriptor& column, size_t page,
                    int64_t rows) {
  return column.max_definition_level() > 0 && index.has_null_counts() && index.null_counts().at(page) == rows;
}

std::optional<std::vector<RowStretch>> FindPages(const ChunkPlace& chunk, const arrow::DataType& type,
                                                 const ValueRange& range) {
  const auto indexes = chunk.reader->GetPageIndexReader();
  const auto group = indexes == nullptr ? nullptr : indexes->RowGroup(chunk.group);
  if (group == nullptr) return std::nullopt;
  const auto bounds = group->GetColumnIndex(chunk.leaf);
  const auto places = group->GetOffsetIndex(chunk.leaf);
  if (bounds == nullptr || places == nullptr) return std::nullopt;

  const auto metadata = chunk.reader->metadata();
  const parquet::ColumnDescriptor& column = *metadata->schema()->Column(chunk.leaf);
  const auto& pages = places->page_locations();
  const int64_t rows = metadata->RowGroup(chunk.group)->num_rows();
  std::vector<RowStretch> stretches;
  for (size_t page = 0; page < pages.size(); ++page) {
    const int64_t first = pages[page].first_row_index;
    const int64_t last = page + 1 < pages.size() ? pages[page + 1].first_row_index : rows;
    // Rows come out of the file; sets of rows are made of them.
    if (first < 0 || first > last || last > rows) Damaged("its page index is damaged.");
    // In a damaged file the index may have fewer pages than the column: at() then says so.
    const bool has_bounds = !bounds->null_pages().at(page);
    if (!has_bounds && HoldsNullsOnly(*bounds, column, page, last - first)) continue;
    const auto stored = has_bounds ? StoredBounds(*bounds, column.physical_type(), page) : std::nullopt;
    const auto found = stored ? ComparableRange(*stored, column, type) : std::nullopt;
    if (found && (found->max < range.min || found->min > range.max)) continue;
    // Pages next to each other make one stretch, so that stretches ascend and never touch.
    if (!stretches.empty() && stretches.back().first + stretches.back().count == first) {
      stretches.back().count += last - first;
    } else {
      stretches.push_back({first, last - first});
    }
  }
  return stretches;
}

bool FindAny(const ChunkPlace& chunk, const std::vector<int64_t>& integers,
             const std::vector<std::string_view>& texts) {
  const auto group = chunk.reader->GetBloomFilterReader().RowGroup(chunk.group);
  const auto filter = group == nullptr ? nullptr : group->GetColumnBloomFilter(chunk.leaf);
  if (filter == nullptr) return true;
  switch (chunk.reader->metadata()->schema()->Column(chunk.leaf)->physical_type()) {
    case parquet::Type::INT32:
      // The bits that are stored, also of unsigned numbers. One that does not fit finds another's hash at worst, and
      // the pages are read in vain.
      return std::any_of(integers.begin(), integers.end(),
                         [&](int64_t value) { return filter->FindHash(filter->Hash(static_cast<int32_t>(value))); });
    case parquet::Type::INT64:
      return std::any_of(integers.begin(), integers.end(),
                         [&](int64_t value) { return filter->FindHash(filter->Hash(value)); });
    case parquet::Type::BYTE_ARRAY:
      return std::any_of(texts.begin(), texts.end(),
                         [&](std::string_view value) { return filter->FindHash(filter->Hash(value)); });
    default:
      return true;
  }
}

}  // namespace

arrow::Result<std::optional<std::vector<RowStretch>>> PagesWithin(const ChunkPlace& chunk, const arrow::DataType& type,
                                                                  const ValueRange& range) {
  return CaughtFromParquet([&] { return FindPages(chunk, type, range); });
}

arrow::Result<bool> BloomFilterMayHoldAny(const ChunkPlace& chunk, const std::vector<int64_t>& integers,
                                          const std::vector<std::string_view>& texts) {
  return CaughtFromParquet([&] { return FindAny(chunk, integers, texts); });
}

}  // namespace feast::scan
