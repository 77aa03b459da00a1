#include "offline/file/spill/spilled_features.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"

namespace feast {

arrow::Result<std::unique_ptr<SpilledFeatures>> SpilledFeatures::Make(std::shared_ptr<arrow::Schema> schema,
                                                                      int partitions, int64_t batch_rows) {
  auto made = std::make_unique<SpilledFeatures>();
  ARROW_ASSIGN_OR_RAISE(made->file_, SpillFile::Make(std::move(schema)));
  made->partitions_.resize(partitions);
  made->batch_rows_ = batch_rows;
  return made;
}

arrow::Status SpilledFeatures::Append(int partition, std::vector<std::shared_ptr<arrow::ChunkedArray>> features) {
  // A view asked for nothing has no rows to keep.
  if (features.empty()) return arrow::Status::OK();
  const auto table = arrow::Table::Make(schema(), std::move(features));
  arrow::TableBatchReader batches(*table);
  batches.set_chunksize(batch_rows_);
  std::shared_ptr<arrow::RecordBatch> batch;
  while (true) {
    ARROW_RETURN_NOT_OK(batches.ReadNext(&batch));
    if (!batch) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const int number, file_->Append(*batch));
    partitions_[partition].batches.push_back(number);
  }
}

arrow::Status SpilledFeatures::Take(int number, int64_t rows,
                                    std::vector<std::shared_ptr<arrow::RecordBatch>>* batches) {
  Partition& partition = partitions_[number];
  while (rows > 0) {
    // At most one batch of each partition is in memory (batch_rows_), and the parts that go out now.
    if (!partition.left || partition.left->num_rows() == 0) {
      if (partition.next_batch == partition.batches.size()) {
        return arrow::Status::IOError("The entity rows were changed while they were read; run again.");
      }
      ARROW_ASSIGN_OR_RAISE(partition.left, file_->Read(partition.batches[partition.next_batch++]));
    }
    const int64_t count = std::min(rows, partition.left->num_rows());
    batches->push_back(partition.left->Slice(0, count));
    partition.left = partition.left->Slice(count);
    rows -= count;
  }
  return arrow::Status::OK();
}

}  // namespace feast
