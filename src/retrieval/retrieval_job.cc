#include "feast/retrieval_job.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "feast/call_context.h"
#include "files/output/file_output.h"
#include "retrieval/report_completion.h"
#include "retrieval/result_reader.h"
#include "retrieval/retrieval_steps.h"

namespace feast {
namespace {

constexpr int64_t kBatchRows = 1 << 17;

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> RunQuery(const RetrievalJob::Parts& job, int64_t batch_rows) {
  if (job.report) *job.report = {};
  return job.steps->query->Run(
      {.batch_rows = batch_rows, .progress = job.progress, .report = job.report, .context = CallContext::OfThread()});
}

}  // namespace

RetrievalJob::RetrievalJob(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

RetrievalJob::~RetrievalJob() = default;

std::shared_ptr<RetrievalJob> MakeRetrievalJob(std::shared_ptr<const RetrievalSteps> steps) {
  return std::make_shared<RetrievalJob>(std::make_unique<RetrievalJob::Parts>(RetrievalJob::Parts{std::move(steps)}));
}

void RetrievalJob::set_progress(ProgressCallback progress) { parts_->progress = std::move(progress); }

void RetrievalJob::set_report(std::shared_ptr<RetrievalReport> report) { parts_->report = std::move(report); }

const RetrievalMetadata& RetrievalJob::metadata() const { return parts_->steps->metadata; }

bool RetrievalJob::full_feature_names() const { return parts_->steps->full_feature_names; }

std::vector<std::shared_ptr<OnDemandFeatureView>> RetrievalJob::on_demand_feature_views() const {
  std::vector<std::shared_ptr<OnDemandFeatureView>> views;
  for (const OnDemandStep& step : parts_->steps->on_demand) views.push_back(step.view);
  return views;
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> RetrievalJob::ToReader(int64_t batch_rows) {
  if (batch_rows < 1) return arrow::Status::Invalid("A batch needs at least one row, not ", batch_rows);
  ARROW_ASSIGN_OR_RAISE(auto rows, RunQuery(*parts_, batch_rows));
  if (!parts_->steps->on_demand.empty() || !parts_->steps->hidden_columns.empty()) {
    ARROW_ASSIGN_OR_RAISE(rows, MakeResultReader(parts_->steps, std::move(rows), batch_rows));
  }
  if (!parts_->report) return rows;
  return WithReport(std::move(rows), std::make_unique<ReportCompletion>(parts_->steps, parts_->report));
}

arrow::Result<std::shared_ptr<arrow::Table>> RetrievalJob::ToTable() {
  ARROW_ASSIGN_OR_RAISE(auto reader, RunQuery(*parts_, kBatchRows));
  ARROW_ASSIGN_OR_RAISE(auto rows, reader->ToTable());
  std::optional<ReportCompletion> completion;
  if (parts_->report) completion.emplace(parts_->steps, parts_->report);
  if (parts_->steps->on_demand.empty()) {
    if (completion) completion->Finish();
    return rows;
  }
  ARROW_ASSIGN_OR_RAISE(auto result, ResultOfAll(*parts_->steps, std::move(rows)));
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
                                           {.allowed_endpoints = parts_->steps->allowed_endpoints}));
  ARROW_ASSIGN_OR_RAISE(const auto output, scan::FileOutput::Open(location));
  ARROW_ASSIGN_OR_RAISE(const auto reader, ToReader(kBatchRows));
  return output->Write([&](const auto& stream) { return WriteRows(format, *reader, stream); });
}

arrow::Status RetrievalJob::Persist(const DataSource& storage, bool allow_overwrite) {
  const CallContext& context = CallContext::OfThread();
  const Overwrite overwrite = allow_overwrite ? Overwrite::kYes : Overwrite::kNo;
  // What is computed here besides the query has to be streamed through.
  if (parts_->steps->on_demand.empty() && parts_->steps->hidden_columns.empty() && !parts_->report) {
    ARROW_ASSIGN_OR_RAISE(const bool kept, parts_->steps->query->PersistInStore(storage, overwrite, context));
    if (kept) return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const auto writer, parts_->steps->offline->OpenWrite(storage, overwrite, context));
  ARROW_ASSIGN_OR_RAISE(const auto reader, ToReader(kBatchRows));
  return writer->Write(*reader, context).status();
}

arrow::Result<std::string> RetrievalJob::ToSql() { return parts_->steps->query->Sql(); }

arrow::Result<RetrievalReport> RetrievalJob::Report() {
  const auto report = std::make_shared<RetrievalReport>();
  const auto before = std::exchange(parts_->report, report);
  auto reader = ToReader();
  parts_->report = before;
  ARROW_RETURN_NOT_OK(reader.status());
  std::shared_ptr<arrow::RecordBatch> batch;
  do {
    ARROW_RETURN_NOT_OK((*reader)->ReadNext(&batch));
  } while (batch);
  return *report;
}

arrow::Result<ReadPlan> RetrievalJob::Explain() { return parts_->steps->query->Explain(CallContext::OfThread()); }

}  // namespace feast
