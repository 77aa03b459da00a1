#include "retrieval/result_reader.h"

#include <algorithm>
#include <utility>

#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "retrieval/on_demand_step.h"

namespace feast {
namespace {

/// Turns the query's batches into the result's, one by one.
class StreamedResult : public arrow::RecordBatchReader {
 public:
  StreamedResult(std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<arrow::RecordBatchReader> rows,
                 std::shared_ptr<arrow::Schema> schema)
      : steps_(std::move(steps)), rows_(std::move(rows)), schema_(std::move(schema)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    std::shared_ptr<arrow::RecordBatch> rows;
    ARROW_RETURN_NOT_OK(rows_->ReadNext(&rows));
    if (rows) return ResultBatch(*steps_, *rows, schema_).Value(batch);
    batch->reset();
    return arrow::Status::OK();
  }
  arrow::Status Close() override { return rows_->Close(); }

 private:
  std::shared_ptr<const RetrievalSteps> steps_;
  std::shared_ptr<arrow::RecordBatchReader> rows_;
  std::shared_ptr<arrow::Schema> schema_;
};

/// Takes all rows of the query at the first read, unless the result is there, and gives slices of the result.
class HeldResult : public arrow::RecordBatchReader {
 public:
  HeldResult(std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<arrow::RecordBatchReader> rows,
             std::shared_ptr<arrow::Schema> schema, int64_t batch_rows)
      : steps_(std::move(steps)), rows_(std::move(rows)), schema_(std::move(schema)), batch_rows_(batch_rows) {}

  HeldResult(std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<arrow::RecordBatchReader> rows,
             std::shared_ptr<arrow::RecordBatch> result, int64_t batch_rows)
      : steps_(std::move(steps)),
        rows_(std::move(rows)),
        schema_(result->schema()),
        batch_rows_(batch_rows),
        result_(std::move(result)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    if (!result_) {
      ARROW_ASSIGN_OR_RAISE(auto rows, rows_->ToTable());
      ARROW_ASSIGN_OR_RAISE(result_, ResultOfAll(*steps_, std::move(rows)));
    }
    *batch = at_ < result_->num_rows() ? result_->Slice(at_, batch_rows_) : nullptr;
    at_ += batch_rows_;
    return arrow::Status::OK();
  }
  arrow::Status Close() override { return rows_->Close(); }

 private:
  std::shared_ptr<const RetrievalSteps> steps_;
  std::shared_ptr<arrow::RecordBatchReader> rows_;
  std::shared_ptr<arrow::Schema> schema_;
  int64_t batch_rows_;
  std::shared_ptr<arrow::RecordBatch> result_;
  int64_t at_ = 0;
};

}  // namespace

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
  arrow::FieldVector fields = result_schema->fields();
  for (size_t i = 0; i < fields.size(); ++i) fields[i] = fields[i]->WithType(columns[i]->type());
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows.num_rows(), std::move(columns));
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> ResultOfAll(const RetrievalSteps& steps,
                                                               std::shared_ptr<arrow::Table> rows) {
  ARROW_ASSIGN_OR_RAISE(auto schema, ResultSchema(steps, *rows->schema()));
  ARROW_ASSIGN_OR_RAISE(const auto all, rows->CombineChunksToBatch());
  rows.reset();
  return ResultBatch(steps, *all, schema);
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> MakeResultReader(
    std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<arrow::RecordBatchReader> rows, int64_t batch_rows) {
  const auto& on_demand = steps->on_demand;
  const std::shared_ptr<arrow::Schema> given = rows->schema();
  ARROW_ASSIGN_OR_RAISE(auto schema, ResultSchema(*steps, *given));
  if (std::any_of(on_demand.begin(), on_demand.end(), RowsDecideTypes)) {
    ARROW_ASSIGN_OR_RAISE(auto all, rows->ToTable());
    ARROW_ASSIGN_OR_RAISE(auto result, ResultOfAll(*steps, std::move(all)));
    return std::make_shared<HeldResult>(std::move(steps), std::move(rows), std::move(result), batch_rows);
  }
  const bool in_batches = std::all_of(on_demand.begin(), on_demand.end(),
                                      [&](const OnDemandStep& step) { return MayRunInBatches(step, *given); });
  if (in_batches) return std::make_shared<StreamedResult>(std::move(steps), std::move(rows), std::move(schema));
  return std::make_shared<HeldResult>(std::move(steps), std::move(rows), std::move(schema), batch_rows);
}

}  // namespace feast
