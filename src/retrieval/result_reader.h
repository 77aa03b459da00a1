// The rows of a retrieval job as a stream.
#pragma once

#include <memory>

#include "arrow/record_batch.h"
#include "arrow/result.h"
#include "retrieval/retrieval_steps.h"

namespace feast {

/// The schema of the job's result: the query's columns without the hidden ones, then the on-demand outputs.
arrow::Result<std::shared_ptr<arrow::Schema>> ResultSchema(const RetrievalSteps& steps,
                                                           const arrow::Schema& query_schema);

/// One batch of the query made into one of the result.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> ResultBatch(const RetrievalSteps& steps,
                                                               const arrow::RecordBatch& rows,
                                                               const std::shared_ptr<arrow::Schema>& result_schema);

/// Turns the query's batches into the result's, one by one.
class ResultReader : public arrow::RecordBatchReader {
 public:
  static arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Make(std::shared_ptr<const RetrievalSteps> steps,
                                                                       std::shared_ptr<arrow::RecordBatchReader> rows);

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override;
  arrow::Status Close() override { return rows_->Close(); }

 private:
  ResultReader(std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<arrow::RecordBatchReader> rows,
               std::shared_ptr<arrow::Schema> schema)
      : steps_(std::move(steps)), rows_(std::move(rows)), schema_(std::move(schema)) {}

  std::shared_ptr<const RetrievalSteps> steps_;
  std::shared_ptr<arrow::RecordBatchReader> rows_;
  std::shared_ptr<arrow::Schema> schema_;
};

}  // namespace feast
