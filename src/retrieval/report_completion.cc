#include "retrieval/report_completion.h"

#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/type.h"
#include "feast/definitions.h"

namespace feast {
namespace {

class ReportedReader : public arrow::RecordBatchReader {
 public:
  ReportedReader(std::shared_ptr<arrow::RecordBatchReader> rows, std::unique_ptr<ReportCompletion> completion)
      : rows_(std::move(rows)), completion_(std::move(completion)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return rows_->schema(); }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    ARROW_RETURN_NOT_OK(rows_->ReadNext(batch));
    if (*batch) {
      completion_->Count(*(*batch)->schema(), (*batch)->columns());
    } else if (!is_done_) {
      is_done_ = true;
      completion_->Finish();
    }
    return arrow::Status::OK();
  }
  arrow::Status Close() override { return rows_->Close(); }

 private:
  std::shared_ptr<arrow::RecordBatchReader> rows_;
  std::unique_ptr<ReportCompletion> completion_;
  bool is_done_ = false;
};

}  // namespace

ReportCompletion::ReportCompletion(std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<RetrievalReport> report)
    : steps_(std::move(steps)), report_(std::move(report)) {
  for (const OnDemandStep& step : steps_->on_demand) {
    RetrievalReport::View& view = on_demand_.emplace_back();
    view.name = step.view->name;
    view.is_on_demand = true;
    for (const OnDemandStep::Output& output : step.outputs) view.features.push_back({output.output_name, {}, {}});
  }
}

void ReportCompletion::Count(const arrow::Schema& schema, const arrow::ArrayVector& columns) {
  for (RetrievalReport::View& view : on_demand_) {
    for (RetrievalReport::Feature& feature : view.features) {
      const int index = schema.GetFieldIndex(feature.name);
      if (index >= 0) feature.nulls.computed += columns[index]->null_count();
    }
  }
}

void ReportCompletion::Finish() {
  for (RetrievalReport::View& view : report_->views) {
    std::erase_if(view.features, [&](const RetrievalReport::Feature& feature) {
      return steps_->hidden_columns.contains(feature.name);
    });
  }
  report_->views.insert(report_->views.end(), on_demand_.begin(), on_demand_.end());
}

std::shared_ptr<arrow::RecordBatchReader> WithReport(std::shared_ptr<arrow::RecordBatchReader> rows,
                                                     std::unique_ptr<ReportCompletion> completion) {
  return std::make_shared<ReportedReader>(std::move(rows), std::move(completion));
}

}  // namespace feast
