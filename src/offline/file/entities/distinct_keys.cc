#include "offline/file/entities/distinct_keys.h"

#include "arrow/array/array_base.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/api_vector.h"
#include "arrow/compute/cast.h"
#include "arrow/compute/exec.h"
#include "arrow/compute/initialize.h"
#include "arrow/compute/ordering.h"
#include "arrow/compute/row/grouper.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"

namespace feast {
namespace {

arrow::Result<std::shared_ptr<arrow::Table>> WithoutNulls(const std::shared_ptr<arrow::Table>& table) {
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum kept, arrow::compute::DropNull(arrow::Datum(table)));
  return kept.table();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> Uniques(const std::shared_ptr<arrow::Schema>& schema,
                                                           const arrow::compute::Grouper& grouper) {
  ARROW_ASSIGN_OR_RAISE(const arrow::compute::ExecBatch batch,
                        const_cast<arrow::compute::Grouper&>(grouper).GetUniques());
  return batch.ToRecordBatch(schema);
}

arrow::Status Consume(const arrow::RecordBatch& batch, arrow::compute::Grouper* grouper) {
  const arrow::compute::ExecBatch keys(batch);
  return grouper->Consume(arrow::compute::ExecSpan(keys)).status();
}

}  // namespace

DistinctKeys::DistinctKeys() = default;
DistinctKeys::DistinctKeys(DistinctKeys&&) noexcept = default;
DistinctKeys::~DistinctKeys() = default;

arrow::Result<DistinctKeys> DistinctKeys::Make(std::shared_ptr<arrow::Schema> schema, int workers) {
  // Grouping and sorting are registered apart from the core of Arrow's functions.
  ARROW_RETURN_NOT_OK(arrow::compute::Initialize());
  DistinctKeys made;
  made.schema_ = std::move(schema);
  const std::vector<arrow::TypeHolder> types = arrow::TypeHolder::FromTypes([&] {
    std::vector<std::shared_ptr<arrow::DataType>> list;
    for (const auto& field : made.schema_->fields()) list.push_back(field->type());
    return list;
  }());
  for (int i = 0; i < workers; ++i) {
    ARROW_ASSIGN_OR_RAISE(auto grouper, arrow::compute::Grouper::Make(types));
    made.groupers_.push_back(std::move(grouper));
  }
  return made;
}

arrow::Status DistinctKeys::Add(int worker, const arrow::Table& table) {
  std::vector<std::shared_ptr<arrow::ChunkedArray>> columns;
  for (int i = 0; i < table.num_columns(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum cast,
                          arrow::compute::Cast(arrow::Datum(table.column(i)), schema_->field(i)->type()));
    columns.push_back(cast.chunked_array());
  }
  ARROW_ASSIGN_OR_RAISE(const auto keys,
                        WithoutNulls(arrow::Table::Make(schema_, std::move(columns), table.num_rows())));
  arrow::TableBatchReader batches(*keys);
  batches.set_chunksize(1 << 15);
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(batches.ReadNext(&batch));
    if (!batch) return arrow::Status::OK();
    // Each worker has a grouper of its own, whose keys are put together at the end.
    ARROW_RETURN_NOT_OK(Consume(*batch, groupers_[worker].get()));
  }
}

arrow::Result<std::shared_ptr<arrow::Table>> DistinctKeys::Finish() {
  for (size_t i = 1; i < groupers_.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, Uniques(schema_, *groupers_[i]));
    if (batch->num_rows() > 0) ARROW_RETURN_NOT_OK(Consume(*batch, groupers_[0].get()));
  }
  ARROW_ASSIGN_OR_RAISE(const auto batch, Uniques(schema_, *groupers_[0]));
  ARROW_ASSIGN_OR_RAISE(const auto table, arrow::Table::FromRecordBatches(schema_, {batch}));
  // Sorted, or the order of the rows would depend on which thread was faster.
  std::vector<arrow::compute::SortKey> order;
  for (const std::string& name : schema_->field_names()) order.emplace_back(arrow::FieldRef(name));
  ARROW_ASSIGN_OR_RAISE(const auto indices, arrow::compute::SortIndices(arrow::Datum(table),
                                                                        arrow::compute::SortOptions(std::move(order))));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum sorted, arrow::compute::Take(arrow::Datum(table), arrow::Datum(indices)));
  return sorted.table();
}

}  // namespace feast
