// One hash for the join keys of each entity row, by which entity rows are split into parts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::join {

/// A hash for each of `rows` rows; rows of equal keys get equal hashes, wherever they stand and however they are
/// encoded. TypeError, naming the column, for keys that cannot be compared.
arrow::Result<std::vector<uint64_t>> HashKeys(const std::vector<std::shared_ptr<arrow::ChunkedArray>>& keys,
                                              const std::vector<std::string>& names, int64_t rows);

}  // namespace feast::join
