#include "offline/file/pull_query.h"

#include <algorithm>
#include <set>

#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "files/places/read_ahead.h"
#include "offline/file/context_reader.h"
#include "offline/file/entities/table_slices.h"
#include "offline/file/read_plan_builder.h"
#include "offline/file/row_progress.h"
#include "offline/file/view_source.h"

namespace feast {
namespace {

/// Reads one fragment after the other when its rows are asked for.
class PullReader : public arrow::RecordBatchReader {
 public:
  PullReader(std::shared_ptr<arrow::Schema> schema, std::vector<std::shared_ptr<scan::Fragment>> fragments,
             std::string timestamp_column, TimeWindow window, int64_t batch_rows, ProgressCallback progress)
      : schema_(std::move(schema)),
        fragments_(std::move(fragments)),
        timestamp_column_(std::move(timestamp_column)),
        window_(window),
        batch_rows_(batch_rows),
        progress_(std::move(progress)) {
    columns_ = schema_->field_names();
    // Once more at the end, where ReadFragment finds it and takes it off, whether it was asked for or not.
    if (!window_.is_open()) columns_.push_back(timestamp_column_);
    for (const auto& fragment : fragments_) {
      progress_.Expect(std::max<int64_t>(0, fragment->rows()));
      ahead_.Add(*fragment, columns_);
    }
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    while (true) {
      if (current_) {
        ARROW_RETURN_NOT_OK(current_->ReadNext(batch));
        if (*batch) return arrow::Status::OK();
        current_.reset();
        progress_.Done(std::max<int64_t>(0, fragments_[next_ - 1]->rows()));
      }
      if (next_ == fragments_.size()) {
        batch->reset();
        return arrow::Status::OK();
      }
      // The bytes are needed while the fragment is decoded, no longer.
      const scan::Hold fetched = ahead_.Take(static_cast<int64_t>(next_));
      ARROW_ASSIGN_OR_RAISE(auto table, ReadFragment(*fragments_[next_++]));
      ARROW_ASSIGN_OR_RAISE(current_, SliceTable(std::move(table), batch_rows_));
    }
  }

 private:
  arrow::Result<std::shared_ptr<arrow::Table>> ReadFragment(const scan::Fragment& fragment) const {
    ARROW_ASSIGN_OR_RAISE(auto table, fragment.Read(columns_));
    if (window_.is_open()) return table;
    ARROW_ASSIGN_OR_RAISE(table, RowsWithin(table, table->num_columns() - 1, window_));
    return table->RemoveColumn(table->num_columns() - 1);
  }

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::shared_ptr<scan::Fragment>> fragments_;
  std::string timestamp_column_;
  TimeWindow window_;
  std::vector<std::string> columns_;
  scan::ReadAhead ahead_;
  int64_t batch_rows_;
  RowProgress progress_;
  size_t next_ = 0;
  std::shared_ptr<arrow::RecordBatchReader> current_;
};

}  // namespace

FilePullQuery::FilePullQuery(std::shared_ptr<const FileSource> source, const PullRequest& request, RepoConfig config)
    : source_(std::move(source)),
      columns_(request.columns),
      timestamp_column_(request.timestamp_column),
      config_(std::move(config)) {
  if (request.start) window_.start_ns = request.start->time_since_epoch().count();
  if (request.end) window_.end_ns = request.end->time_since_epoch().count();
}

arrow::Result<FilePullQuery::Opened> FilePullQuery::Open() const {
  Opened opened;
  scan::DeclaredTypes types;
  if (!columns_.empty()) types.values = std::set<std::string>(columns_.begin(), columns_.end());
  ARROW_ASSIGN_OR_RAISE(opened.reader, scan::SourceReader::Open(*source_, config_, std::move(types)));
  opened.columns = columns_.empty() ? opened.reader->schema()->field_names() : columns_;
  const std::string asked_by = "Reading '" + source_->name + "'";
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const std::string& column : opened.columns) {
    ARROW_RETURN_NOT_OK(opened.reader->CheckColumn(column, asked_by));
    fields.push_back(opened.reader->schema()->GetFieldByName(column));
  }
  opened.schema = arrow::schema(std::move(fields));
  if (!window_.is_open()) {
    ARROW_RETURN_NOT_OK(opened.reader->CheckColumn(timestamp_column_, asked_by));
    ARROW_RETURN_NOT_OK(CheckTimestampColumn(*opened.reader, timestamp_column_));
  }
  return opened;
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> FilePullQuery::Run(const RunOptions& options) {
  if (options.report) {
    return arrow::Status::NotImplemented("Only point-in-time joins come with a report; run this without one.");
  }
  ARROW_RETURN_NOT_OK(options.context.Check());
  ARROW_ASSIGN_OR_RAISE(const Opened opened, Open());
  ARROW_ASSIGN_OR_RAISE(auto fragments, opened.reader->Fragments());
  if (!window_.is_open()) {
    std::vector<std::shared_ptr<scan::Fragment>> kept;
    for (const int32_t index : FragmentsWithin(fragments, timestamp_column_, window_)) kept.push_back(fragments[index]);
    fragments = std::move(kept);
  }
  return std::make_shared<ContextReader>(
      std::make_shared<PullReader>(opened.schema, std::move(fragments), timestamp_column_, window_, options.batch_rows,
                                   options.progress),
      options.context);
}

arrow::Result<ReadPlan> FilePullQuery::Explain(const CallContext& context) {
  ARROW_RETURN_NOT_OK(context.Check());
  ARROW_ASSIGN_OR_RAISE(Opened opened, Open());
  ARROW_ASSIGN_OR_RAISE(const auto fragments, opened.reader->Fragments());
  ReadPlan plan;
  // An open window takes everything, whatever the column.
  const auto wanted = FragmentsWithin(fragments, timestamp_column_, window_);
  plan.views.push_back(PlanView(source_->name, std::move(opened.columns), fragments, wanted));
  return plan;
}

}  // namespace feast
