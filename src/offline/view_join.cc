#include "offline/view_join.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Slices of fewer rows are not worth a thread.
constexpr int64_t kSliceRowsMin = 1 << 14;

arrow::Status CheckRows(const scan::Fragment& fragment, int64_t rows) {
  if (rows <= INT32_MAX) return arrow::Status::OK();
  return arrow::Status::CapacityError("A file holds more than 2^31 rows in one piece; split it: '", fragment.uri(),
                                      "'");
}

}  // namespace

arrow::Result<ViewJoin> ViewJoin::Make(const ViewSource& source, const EntityFrame& entities,
                                       const join::JoinOptions& options) {
  ViewJoin made;
  made.source_ = &source;
  made.columns_ = source.join_columns();
  join::EntityRows rows;
  std::vector<std::shared_ptr<arrow::DataType>> key_types;
  for (const JoinKeyColumn& key : source.view().join_keys) {
    ARROW_ASSIGN_OR_RAISE(auto column, entities.KeyColumn(key.entity_column, source.view().name));
    rows.keys.push_back(std::move(column));
    rows.key_names.push_back(key.entity_column);
    key_types.push_back(source.type_of(key.source_column));
  }
  rows.event_timestamp = entities.timestamps();
  join::JoinOptions view_options = options;
  if (source.view().ttl) view_options.ttl_us = source.view().ttl->count();
  ARROW_ASSIGN_OR_RAISE(made.join_, join::PointInTimeJoin::Make(rows, key_types, view_options));
  return made;
}

std::vector<int32_t> ViewJoin::FragmentsToRead(const std::vector<std::shared_ptr<scan::Fragment>>& fragments) const {
  const ViewRequest& view = source_->view();
  std::vector<int32_t> wanted;
  for (size_t i = 0; i < fragments.size(); ++i) {
    const auto times = fragments[i]->range(view.timestamp_column);
    bool may_match = !times || (times->max >= join_->min_source_ns() && times->min <= join_->max_source_ns());
    for (size_t k = 0; may_match && k < view.join_keys.size(); ++k) {
      const auto keys = join_->key_range(static_cast<int>(k));
      if (!keys) continue;
      const auto stored = fragments[i]->range(view.join_keys[k].source_column);
      may_match = !stored || (stored->max >= keys->first && stored->min <= keys->second);
    }
    if (may_match) wanted.push_back(static_cast<int32_t>(i));
  }
  return wanted;
}

arrow::Status ViewJoin::Observe(int worker, int32_t index, const arrow::Table& table, int64_t first_row) {
  const int keys = static_cast<int>(source_->view().join_keys.size());
  join::SourceColumns columns;
  columns.first_row = first_row;
  for (int k = 0; k < keys; ++k) columns.keys.push_back(table.column(k));
  columns.event_timestamp = table.column(keys);
  if (!source_->view().created_column.empty()) columns.created = table.column(keys + 1);
  return join_->Observe(worker, index, columns);
}

arrow::Status ViewJoin::ObserveWhole(int worker, int32_t index, const scan::Fragment& fragment) {
  ARROW_ASSIGN_OR_RAISE(const auto table, fragment.Read(columns_, scan::Strings::kDictionary));
  ARROW_RETURN_NOT_OK(CheckRows(fragment, table->num_rows()));
  return Observe(worker, index, *table, 0);
}

arrow::Status ViewJoin::ObserveTogether(int workers, int32_t index, const scan::Fragment& fragment) {
  ARROW_ASSIGN_OR_RAISE(const auto table, fragment.ReadTogether(columns_, scan::Strings::kDictionary, workers));
  ARROW_RETURN_NOT_OK(CheckRows(fragment, table->num_rows()));
  const int64_t slice_rows = std::max<int64_t>(kSliceRowsMin, (table->num_rows() + workers - 1) / workers);
  return ParallelFor(workers, (table->num_rows() + slice_rows - 1) / slice_rows, [&](int worker, int64_t i) {
    return Observe(worker, index, *table->Slice(i * slice_rows, slice_rows), i * slice_rows);
  });
}

arrow::Result<std::vector<join::SourcePosition>> ViewJoin::Run(
    const std::vector<std::shared_ptr<scan::Fragment>>& fragments, RowProgress* progress) {
  const std::vector<int32_t> wanted = FragmentsToRead(fragments);
  for (const int32_t index : wanted) progress->Expect(std::max<int64_t>(fragments[index]->rows(), 0));
  const int workers = WorkerCount();
  join_->set_workers(workers);
  const auto done = [&](int32_t index) { progress->Done(std::max<int64_t>(fragments[index]->rows(), 0)); };
  if (static_cast<int>(wanted.size()) < workers) {
    for (const int32_t index : wanted) {
      ARROW_RETURN_NOT_OK(ObserveTogether(workers, index, *fragments[index]));
      done(index);
    }
    return join_->Finish();
  }
  ARROW_RETURN_NOT_OK(ParallelFor(workers, static_cast<int64_t>(wanted.size()), [&](int worker, int64_t i) {
    ARROW_RETURN_NOT_OK(ObserveWhole(worker, wanted[i], *fragments[wanted[i]]));
    done(wanted[i]);
    return arrow::Status::OK();
  }));
  return join_->Finish();
}

}  // namespace feast
