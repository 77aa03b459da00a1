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

/// The result for `rows`, all the rows of the query, in one batch.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> ResultOfAll(const RetrievalSteps& steps,
                                                               std::shared_ptr<arrow::Table> rows);

/// The query's rows as the result's, in batches of at most `batch_rows`. Functions get batch by batch what they compute
/// row by row; for any other, the first read takes all rows into memory and calls it once, as ToTable() does. Where the
/// function's rows decide its types, that is done at once.
arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> MakeResultReader(
    std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<arrow::RecordBatchReader> rows, int64_t batch_rows);

}  // namespace feast
