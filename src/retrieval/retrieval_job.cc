#include "feast/retrieval_job.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "feast/call_context.h"
#include "files/output/file_output.h"
#include "files/output/row_output.h"
#include "retrieval/report_completion.h"
#include "retrieval/result_reader.h"
#include "retrieval/retrieval_steps.h"

namespace feast {
namespace {

constexpr int64_t kBatchRows = 1 << 17;

}  // namespace

RetrievalJob::RetrievalJob(std::shared_ptr<const RetrievalSteps> steps) : steps_(std::move(steps)) {}

const RetrievalMetadata& RetrievalJob::metadata() const { return steps_->metadata; }

const Query& RetrievalJob::query() const { return *steps_->query; }

bool RetrievalJob::full_feature_names() const { return steps_->full_feature_names; }

std::vector<std::shared_ptr<OnDemandFeatureView>> RetrievalJob::on_demand_feature_views() const {
  std::vector<std::shared_ptr<OnDemandFeatureView>> views;
  for (const OnDemandStep& step : steps_->on_demand) views.push_back(step.view);
  return views;
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> RetrievalJob::RunQuery(int64_t batch_rows) {
  if (report_) *report_ = {};
  return steps_->query->Run(
      {.batch_rows = batch_rows, .progress = progress_, .report = report_, .context = CallContext::OfThread()});
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> RetrievalJob::ToReader(int64_t batch_rows) {
  if (batch_rows < 1) return arrow::Status::Invalid("A batch needs at least one row, not ", batch_rows);
  ARROW_ASSIGN_OR_RAISE(auto rows, RunQuery(batch_rows));
  if (!steps_->on_demand.empty() || !steps_->hidden_columns.empty()) {
    ARROW_ASSIGN_OR_RAISE(rows, MakeResultReader(steps_, std::move(rows), batch_rows));
  }
  if (!report_) return rows;
  return WithReport(std::move(rows), std::make_unique<ReportCompletion>(steps_, report_));
}

arrow::Result<std::shared_ptr<arrow::Table>> RetrievalJob::ToTable() {
  ARROW_ASSIGN_OR_RAISE(auto reader, RunQuery(kBatchRows));
  ARROW_ASSIGN_OR_RAISE(auto rows, reader->ToTable());
  std::optional<ReportCompletion> completion;
  if (report_) completion.emplace(steps_, report_);
  if (steps_->on_demand.empty()) {
    if (completion) completion->Finish();
    return rows;
  }
  ARROW_ASSIGN_OR_RAISE(auto result, ResultOfAll(*steps_, std::move(rows)));
  if (completion) {
    completion->Count(*result->schema(), result->columns());
    completion->Finish();
  }
  return arrow::Table::FromRecordBatches({std::move(result)});
}

arrow::Result<int64_t> RetrievalJob::WriteParquet(const std::string& path_or_uri) {
  return WriteFile(path_or_uri, RowFormat::kParquet);
}

arrow::Result<int64_t> RetrievalJob::WriteFile(const std::string& path_or_uri, RowFormat format) {
  const bool is_uri = path_or_uri.find("://") != std::string::npos;
  ARROW_ASSIGN_OR_RAISE(const scan::Location location,
                        scan::OpenLocation(is_uri ? path_or_uri : std::filesystem::absolute(path_or_uri).string(),
                                           {.allowed_endpoints = steps_->allowed_endpoints}));
  ARROW_ASSIGN_OR_RAISE(const auto output, scan::FileOutput::Open(location));
  ARROW_ASSIGN_OR_RAISE(const auto reader, ToReader(kBatchRows));
  return output->Write([&](const auto& stream) { return scan::WriteRows(format, *reader, stream); });
}

arrow::Status RetrievalJob::Persist(const DataSource& storage, bool allow_overwrite) {
  const CallContext& context = CallContext::OfThread();
  const Overwrite overwrite = allow_overwrite ? Overwrite::kYes : Overwrite::kNo;
  // What is computed here besides the query has to be streamed through.
  if (steps_->on_demand.empty() && steps_->hidden_columns.empty() && !report_) {
    ARROW_ASSIGN_OR_RAISE(const bool kept, steps_->query->PersistInStore(storage, overwrite, context));
    if (kept) return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const auto writer, steps_->offline->OpenWrite(storage, overwrite, context));
  ARROW_ASSIGN_OR_RAISE(const auto reader, ToReader(kBatchRows));
  return writer->Write(*reader, context).status();
}

arrow::Result<std::string> RetrievalJob::ToSql() { return steps_->query->Sql(); }

arrow::Result<RetrievalReport> RetrievalJob::Report() {
  const auto report = std::make_shared<RetrievalReport>();
  const auto before = std::exchange(report_, report);
  auto reader = ToReader();
  report_ = before;
  ARROW_RETURN_NOT_OK(reader.status());
  std::shared_ptr<arrow::RecordBatch> batch;
  do {
    ARROW_RETURN_NOT_OK((*reader)->ReadNext(&batch));
  } while (batch);
  return *report;
}

arrow::Result<ReadPlan> RetrievalJob::Explain() { return steps_->query->Explain(CallContext::OfThread()); }

}  // namespace feast
