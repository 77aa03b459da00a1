#include "offline/file/latest_query.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "files/source_reader.h"
#include "offline/file/entities/entity_frame.h"
#include "offline/file/historical_query.h"
#include "offline/file/view_source.h"

namespace feast {
namespace {

/// Keeps the join's columns apart from its keys and its moment, whatever those are called.
std::string JoinedName(const std::string& column) { return "latest of " + column; }

/// Some columns of a stream under names of their own.
class ChosenColumns : public arrow::RecordBatchReader {
 public:
  /// Batches with a null in the column `required` are left out; -1 for none.
  ChosenColumns(std::shared_ptr<arrow::RecordBatchReader> rows, std::vector<int> columns,
                std::shared_ptr<arrow::Schema> schema, int required)
      : rows_(std::move(rows)), columns_(std::move(columns)), schema_(std::move(schema)), required_(required) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    do {
      ARROW_RETURN_NOT_OK(rows_->ReadNext(batch));
      // Only a source without keys has such a column, and its one row is a batch of its own.
    } while (*batch && required_ >= 0 && (*batch)->column(required_)->null_count() > 0);
    if (!*batch) return arrow::Status::OK();
    arrow::ArrayVector columns;
    for (const int column : columns_) columns.push_back((*batch)->column(column));
    *batch = arrow::RecordBatch::Make(schema_, (*batch)->num_rows(), std::move(columns));
    return arrow::Status::OK();
  }
  arrow::Status Close() override { return rows_->Close(); }

 private:
  std::shared_ptr<arrow::RecordBatchReader> rows_;
  std::vector<int> columns_;
  std::shared_ptr<arrow::Schema> schema_;
  int required_;
};

constexpr const char* kMoment = "moment of the latest";

Timestamp ToMicroseconds(Timestamp moment) { return std::chrono::floor<std::chrono::microseconds>(moment); }

}  // namespace

arrow::Result<std::vector<std::string>> FileLatestQuery::Columns() const {
  if (!request_.columns.empty()) return request_.columns;
  ARROW_ASSIGN_OR_RAISE(const auto files, FilesOf(request_.source));
  ARROW_ASSIGN_OR_RAISE(const auto schema, scan::SourceReader::ReadSchema(*files, config_));
  return schema->columns->field_names();
}

ResolvedRequest FileLatestQuery::JoinOf(const std::vector<std::string>& columns) const {
  ViewRequest view;
  view.name = request_.source->name;
  view.source = request_.source;
  view.timestamp_column = request_.timestamp_column;
  view.created_column = request_.created_column;
  // The latest row of each key is what a point-in-time join finds for every key of a range at the range's end: one
  // semantics, one engine.
  const auto declared = [&](const std::string& column) {
    const auto found = request_.types.find(column);
    return found == request_.types.end() ? Type() : found->second;
  };
  for (const std::string& key : request_.key_columns) view.join_keys.push_back({key, key, key, declared(key)});
  for (const std::string& column : columns) {
    if (std::ranges::find(request_.key_columns, column) != request_.key_columns.end()) continue;
    view.features.push_back({column, JoinedName(column), declared(column)});
  }
  // The join has a row for the one key of a source without keys even where it has none.
  if (view.join_keys.empty()) view.features.push_back({request_.timestamp_column, kMoment, Type()});
  ResolvedRequest join;
  // Moments of entity rows are of microseconds.
  join.entity_rows =
      EntityRange{request_.start.value_or(Timestamp::min()), ToMicroseconds(request_.end.value_or(Timestamp::max()))};
  join.timestamp_column = kEntityTimestamp;
  join.views = {std::move(view)};
  return join;
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> FileLatestQuery::Run(const RunOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> columns, Columns());
  ARROW_ASSIGN_OR_RAISE(auto rows, FileHistoricalQuery(JoinOf(columns), config_).Run(options));
  arrow::FieldVector fields;
  std::vector<int> chosen;
  for (const std::string& column : columns) {
    // A key is a column of the entity rows and has no other name; every other column was asked for as a feature.
    int index = rows->schema()->GetFieldIndex(JoinedName(column));
    if (index < 0) index = rows->schema()->GetFieldIndex(column);
    chosen.push_back(index);
    fields.push_back(rows->schema()->field(index)->WithName(column));
  }
  const int required = rows->schema()->GetFieldIndex(kMoment);
  return std::make_shared<ChosenColumns>(std::move(rows), std::move(chosen), arrow::schema(std::move(fields)),
                                         required);
}

arrow::Result<ReadPlan> FileLatestQuery::Explain(const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> columns, Columns());
  return FileHistoricalQuery(JoinOf(columns), config_).Explain(context);
}

}  // namespace feast
