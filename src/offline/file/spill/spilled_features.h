// One view's features for entity rows that are joined portion by portion, set aside until the rows go out in order.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "offline/file/spill/spill_file.h"

namespace feast {

/// First the features of each partition's rows are appended, portion by portion; then they are taken back, from the
/// start of each partition on. Not thread-safe.
class SpilledFeatures {
 public:
  /// Keeps `batch_rows` rows of each partition in memory while they are taken.
  static arrow::Result<std::unique_ptr<SpilledFeatures>> Make(std::shared_ptr<arrow::Schema> schema, int partitions,
                                                              int64_t batch_rows);

  arrow::Status Append(int partition, std::vector<std::shared_ptr<arrow::ChunkedArray>> features);
  /// Ends appending.
  arrow::Status Seal() { return file_->Seal(); }
  /// The next `rows` rows of a partition are added to `batches`.
  arrow::Status Take(int partition, int64_t rows, std::vector<std::shared_ptr<arrow::RecordBatch>>* batches);

  const std::shared_ptr<arrow::Schema>& schema() const { return file_->schema(); }

 private:
  struct Partition {
    /// Of the file, those not yet read last in line.
    std::vector<int> batches;
    size_t next_batch = 0;
    /// What is left of the batch read last.
    std::shared_ptr<arrow::RecordBatch> left;
  };

  std::unique_ptr<SpillFile> file_;
  std::vector<Partition> partitions_;
  int64_t batch_rows_ = 0;
};

}  // namespace feast
