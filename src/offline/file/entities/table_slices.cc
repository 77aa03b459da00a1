#include "offline/file/entities/table_slices.h"

#include "arrow/record_batch.h"
#include "arrow/table.h"

namespace feast {

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> SliceTable(std::shared_ptr<arrow::Table> table,
                                                                    int64_t batch_rows) {
  if (batch_rows <= 0) return arrow::Status::Invalid("Batches must have at least one row, not ", batch_rows);
  auto reader = std::make_shared<arrow::TableBatchReader>(std::move(table));
  reader->set_chunksize(batch_rows);
  return reader;
}

}  // namespace feast
