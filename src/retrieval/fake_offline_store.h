// An offline store for tests: answers every query with rows of its own making and notes what it was asked.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "offline/offline_store.h"

namespace feast {

/// The entity rows, then each feature as int64: row number + 100 × its number in the request. Null at every seventh
/// row.
class FakeQuery : public HistoricalQuery {
 public:
  explicit FakeQuery(const ResolvedRequest& request) {
    table_ = std::get<std::shared_ptr<arrow::Table>>(request.entity_rows);
    int number = 0;
    for (const ViewRequest& view : request.views) {
      for (const FeatureColumn& feature : view.features) {
        ++number;
        features_.push_back(feature.output_name);
        arrow::Int64Builder builder;
        for (int64_t row = 0; row < table_->num_rows(); ++row) {
          const arrow::Status added = row % 7 == 6 ? builder.AppendNull() : builder.Append(row + 100 * number);
          if (!added.ok()) added.Abort();
        }
        const auto column = std::make_shared<arrow::ChunkedArray>(builder.Finish().ValueOrDie());
        table_ = table_->AddColumn(table_->num_columns(), arrow::field(feature.output_name, arrow::int64()), column)
                     .ValueOrDie();
      }
    }
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(int64_t batch_rows,
                                                               const ProgressCallback& progress) override {
    if (progress) progress(table_->num_rows(), table_->num_rows());
    auto reader = std::make_shared<arrow::TableBatchReader>(table_);
    reader->set_chunksize(batch_rows);
    return reader;
  }
  /// One view with every feature of the request.
  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> RunWithReport(
      int64_t batch_rows, const ProgressCallback& progress, std::shared_ptr<RetrievalReport> report) override {
    report->entity_rows = table_->num_rows();
    RetrievalReport::View& view = report->views.emplace_back();
    view.name = "view";
    for (const auto& name : features_) view.features.push_back({name, {}, {}});
    return Run(batch_rows, progress);
  }
  arrow::Result<std::shared_ptr<arrow::Schema>> OutputSchema() override { return table_->schema(); }
  arrow::Result<ReadPlan> Explain() override { return ReadPlan{table_->num_rows(), {}}; }

 private:
  std::shared_ptr<arrow::Table> table_;
  std::vector<std::string> features_;
};

class FakeOfflineStore : public OfflineStore {
 public:
  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source) override {
    sources_asked.push_back(static_cast<const FileSource&>(source).path);
    return file_schema;
  }
  arrow::Result<std::shared_ptr<HistoricalQuery>> GetHistoricalFeatures(const ResolvedRequest& request) override {
    return std::make_shared<FakeQuery>(request);
  }
  arrow::Result<std::shared_ptr<HistoricalQuery>> PullAll(const DataSource&, const std::vector<std::string>&,
                                                          const std::string&, std::optional<Timestamp>,
                                                          std::optional<Timestamp>) override {
    return arrow::Status::NotImplemented("not needed here");
  }
  arrow::Status Write(arrow::RecordBatchReader& rows, const DataSource&, bool) override {
    ARROW_ASSIGN_OR_RAISE(written, rows.ToTable());
    return arrow::Status::OK();
  }

  std::shared_ptr<arrow::Schema> file_schema;
  std::vector<std::string> sources_asked;
  std::shared_ptr<arrow::Table> written;
};

}  // namespace feast
