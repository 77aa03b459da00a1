// What a Parquet file's page indexes and Bloom filters tell about a column chunk, beyond the statistics in its footer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/fragment.h"

namespace parquet {
class ParquetFileReader;
}

namespace feast::scan {

/// One column chunk of an open file.
struct ChunkPlace {
  parquet::ParquetFileReader* reader;
  int group, leaf;
};

/// Stretches of pages whose bounds leave room for a value of `range`; nulls do not count. Unset without a page index of
/// the column. `type` is the column's Arrow type.
arrow::Result<std::optional<std::vector<RowStretch>>> PagesWithin(const ChunkPlace& chunk, const arrow::DataType& type,
                                                                  const ValueRange& range);

/// False when the chunk's Bloom filter, if it has one, holds none of the values.
arrow::Result<bool> BloomFilterMayHoldAny(const ChunkPlace& chunk, const std::vector<int64_t>& integers,
                                          const std::vector<std::string_view>& texts);

}  // namespace feast::scan
