#include "retrieval/result_reader.h"

#include "arrow/type.h"
#include "retrieval/on_demand_step.h"

namespace feast {

arrow::Result<std::shared_ptr<arrow::Schema>> ResultSchema(const RetrievalSteps& steps,
                                                           const arrow::Schema& query_schema) {
  arrow::FieldVector fields;
  for (const auto& field : query_schema.fields()) {
    if (!steps.hidden_columns.contains(field->name())) fields.push_back(field);
  }
  for (const OnDemandStep& step : steps.on_demand) {
    ARROW_ASSIGN_OR_RAISE(arrow::FieldVector outputs, OutputFields(step));
    fields.insert(fields.end(), outputs.begin(), outputs.end());
  }
  return arrow::schema(std::move(fields));
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> ResultBatch(const RetrievalSteps& steps,
                                                               const arrow::RecordBatch& rows,
                                                               const std::shared_ptr<arrow::Schema>& result_schema) {
  arrow::ArrayVector columns;
  for (int i = 0; i < rows.num_columns(); ++i) {
    if (!steps.hidden_columns.contains(rows.column_name(i))) columns.push_back(rows.column(i));
  }
  for (const OnDemandStep& step : steps.on_demand) {
    ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector outputs, RunStep(step, rows, steps.feature_columns));
    columns.insert(columns.end(), outputs.begin(), outputs.end());
  }
  return arrow::RecordBatch::Make(result_schema, rows.num_rows(), std::move(columns));
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> ResultReader::Make(
    std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<arrow::RecordBatchReader> rows) {
  ARROW_ASSIGN_OR_RAISE(auto schema, ResultSchema(*steps, *rows->schema()));
  return std::shared_ptr<arrow::RecordBatchReader>(
      new ResultReader(std::move(steps), std::move(rows), std::move(schema)));
}

arrow::Status ResultReader::ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) {
  std::shared_ptr<arrow::RecordBatch> rows;
  ARROW_RETURN_NOT_OK(rows_->ReadNext(&rows));
  if (!rows) {
    batch->reset();
    return arrow::Status::OK();
  }
  return ResultBatch(*steps_, *rows, schema_).Value(batch);
}

}  // namespace feast
