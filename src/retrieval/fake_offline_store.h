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
class FakeQuery : public Query {
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

  /// A report has one view with every feature of the request.
  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(const RunOptions& options) override {
    ++runs;
    if (options.report) {
      options.report->entity_rows = table_->num_rows();
      RetrievalReport::View& view = options.report->views.emplace_back();
      view.name = "view";
      for (const auto& name : features_) view.features.push_back({name, {}, {}});
    }
    if (options.progress) options.progress(table_->num_rows(), table_->num_rows());
    auto reader = std::make_shared<arrow::TableBatchReader>(table_);
    reader->set_chunksize(options.batch_rows);
    return reader;
  }
  arrow::Result<bool> PersistInStore(const DataSource&, Overwrite, const CallContext&) override { return keeps_result; }
  arrow::Result<ReadPlan> Explain(const CallContext&) override { return ReadPlan{table_->num_rows(), {}}; }

  int runs = 0;
  /// Whether the store is one that can keep results itself.
  bool keeps_result = false;

 private:
  std::shared_ptr<arrow::Table> table_;
  std::vector<std::string> features_;
};

class FakeOfflineStore : public OfflineStore {
 public:
  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source, const CallContext&) override {
    sources_asked.push_back(static_cast<const FileSource&>(source).path);
    return file_schema;
  }
  arrow::Result<std::shared_ptr<Query>> PointInTime(const ResolvedRequest& request) override {
    return std::make_shared<FakeQuery>(request);
  }
  arrow::Result<std::shared_ptr<Query>> Pull(const PullRequest&) override {
    return arrow::Status::NotImplemented("not needed here");
  }
  arrow::Result<std::unique_ptr<RowWriter>> OpenWrite(const DataSource&, Overwrite overwrite,
                                                      const CallContext&) override {
    if (written && overwrite == Overwrite::kNo) return arrow::Status::Invalid("something is there");
    return std::make_unique<Writer>(this);
  }

  std::shared_ptr<arrow::Schema> file_schema;
  std::vector<std::string> sources_asked;
  std::shared_ptr<arrow::Table> written;

 private:
  struct Writer : RowWriter {
    explicit Writer(FakeOfflineStore* store) : store(store) {}
    arrow::Result<int64_t> Write(arrow::RecordBatchReader& rows, const CallContext&) override {
      ARROW_ASSIGN_OR_RAISE(store->written, rows.ToTable());
      return store->written->num_rows();
    }
    FakeOfflineStore* store;
  };
};

}  // namespace feast
