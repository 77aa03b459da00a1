// A finished table as a stream.
#pragma once

#include <cstdint>
#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast {

/// Batches of at most `batch_rows` rows that share the table's memory.
arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> SliceTable(std::shared_ptr<arrow::Table> table,
                                                                    int64_t batch_rows);

}  // namespace feast
