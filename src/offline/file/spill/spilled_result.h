// Puts the results of a join beyond memory back into the order of the entity rows, batch by batch.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/record_batch.h"
#include "arrow/result.h"
#include "arrow/table.h"
#include "arrow/type_fwd.h"
#include "offline/file/entities/entity_pieces.h"
#include "offline/file/spill/key_partitions.h"
#include "offline/file/spill/spilled_features.h"

namespace feast {

/// One view's features, and how its entity rows were split.
struct SpilledView {
  std::shared_ptr<const KeyPartitions> keys;
  std::shared_ptr<SpilledFeatures> features;
};

/// Reads the entity rows again and takes each row's features from the front of its partition. Not thread-safe.
class SpilledResult : public arrow::RecordBatchReader {
 public:
  SpilledResult(EntityPieces entities, std::vector<SpilledView> views, std::shared_ptr<arrow::Schema> schema,
                int64_t batch_rows)
      : entities_(std::move(entities)), views_(std::move(views)), schema_(std::move(schema)), batch_rows_(batch_rows) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override;

 private:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> WithFeatures(const arrow::RecordBatch& rows);

  EntityPieces entities_;
  std::vector<SpilledView> views_;
  std::shared_ptr<arrow::Schema> schema_;
  int64_t batch_rows_;
  int next_piece_ = 0;
  std::unique_ptr<arrow::TableBatchReader> piece_;
};

}  // namespace feast
