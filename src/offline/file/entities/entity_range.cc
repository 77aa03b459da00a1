#include "offline/file/entities/entity_range.h"

#include <algorithm>

#include "arrow/array/array_base.h"
#include "arrow/array/util.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/api_vector.h"
#include "arrow/compute/cast.h"
#include "arrow/scalar.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "files/places/read_ahead.h"
#include "offline/file/entities/distinct_keys.h"
#include "offline/file/time_filter.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

std::vector<std::string> EntityColumns(const ViewRequest& view) {
  std::vector<std::string> columns;
  for (const JoinKeyColumn& key : view.join_keys) columns.push_back(key.entity_column);
  return columns;
}

/// The first view with join keys; nullptr when there is none.
const ViewSource* FirstKeyed(const std::vector<ViewSource>& sources) {
  const auto keyed =
      std::find_if(sources.begin(), sources.end(), [](const ViewSource& s) { return !s.view().join_keys.empty(); });
  return keyed == sources.end() ? nullptr : &*keyed;
}

/// The source's columns for `names`, columns of the entity rows.
arrow::Result<std::vector<std::string>> SourceKeys(const ViewSource& source, const std::vector<std::string>& names,
                                                   const std::string& other_view) {
  std::vector<std::string> columns;
  for (const std::string& name : names) {
    for (const JoinKeyColumn& key : source.view().join_keys) {
      if (key.entity_column == name) columns.push_back(key.source_column);
    }
  }
  if (columns.size() == names.size() && names.size() == source.view().join_keys.size()) return columns;
  return arrow::Status::Invalid(
      "Feature views '", other_view, "' and '", source.view().name,
      "' have different join keys, so a range of time gives no common rows. Ask for them one by one, or give "
      "entity rows.");
}

std::shared_ptr<arrow::Scalar> MomentScalar(Timestamp moment) {
  // Downwards: a row after the end of the range must not match.
  const int64_t us = std::chrono::floor<std::chrono::microseconds>(moment).time_since_epoch().count();
  return std::make_shared<arrow::TimestampScalar>(us, arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"));
}

arrow::Status CollectKeys(const ViewSource& source, const std::vector<std::string>& key_columns,
                          const TimeWindow& window, RowProgress* progress, DistinctKeys* keys) {
  ARROW_ASSIGN_OR_RAISE(const auto fragments, source.reader().Fragments());
  const std::string& time_column = source.view().timestamp_column;
  std::vector<std::string> columns = key_columns;
  columns.push_back(time_column);
  std::vector<std::shared_ptr<scan::Fragment>> wanted;
  for (const auto& fragment : fragments) {
    if (window.Overlaps(fragment->range(time_column))) wanted.push_back(fragment);
  }
  scan::ReadAhead ahead;
  for (const auto& fragment : wanted) {
    progress->Expect(std::max<int64_t>(0, fragment->rows()));
    ahead.Add(*fragment, columns);
  }
  return ParallelFor(keys->workers(), static_cast<int64_t>(wanted.size()), [&](int worker, int64_t i) {
    const scan::Hold fetched = ahead.Take(i);
    const auto add = [&](const arrow::Table& batch, int64_t) -> arrow::Result<bool> {
      ARROW_ASSIGN_OR_RAISE(auto table, RowsWithin(batch.Slice(0), static_cast<int>(key_columns.size()), window));
      ARROW_ASSIGN_OR_RAISE(table, table->RemoveColumn(static_cast<int>(key_columns.size())));
      ARROW_RETURN_NOT_OK(keys->Add(worker, *table));
      return true;
    };
    ARROW_RETURN_NOT_OK(wanted[i]->Stream(columns, scan::Dictionaries::kKept, {0, wanted[i]->rows()}, add));
    progress->Done(std::max<int64_t>(0, wanted[i]->rows()));
    return arrow::Status::OK();
  });
}

arrow::Result<std::shared_ptr<arrow::Schema>> RangeSchema(const std::vector<ViewSource>& sources) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  if (const ViewSource* keyed = FirstKeyed(sources)) {
    for (const ViewSource& other : sources) {
      if (other.view().join_keys.empty()) continue;
      ARROW_RETURN_NOT_OK(SourceKeys(other, EntityColumns(keyed->view()), keyed->view().name));
    }
    for (const JoinKeyColumn& key : keyed->view().join_keys) {
      fields.push_back(arrow::field(key.entity_column, keyed->type_of(key.source_column)));
    }
  }
  fields.push_back(arrow::field(kEntityTimestamp, arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")));
  return arrow::schema(std::move(fields));
}

}  // namespace

arrow::Result<EntityFrame> EntitiesInRange(const std::vector<ViewSource>& sources, const EntityRange& range,
                                           const RepoConfig& config, RowProgress* progress) {
  ARROW_ASSIGN_OR_RAISE(auto schema, RangeSchema(sources));
  const TimeWindow window{range.start->time_since_epoch().count(), range.end->time_since_epoch().count()};
  std::vector<std::shared_ptr<arrow::ChunkedArray>> columns;
  int64_t rows = 1;
  if (const ViewSource* keyed = FirstKeyed(sources)) {
    ARROW_ASSIGN_OR_RAISE(const auto key_schema, schema->RemoveField(schema->num_fields() - 1));
    ARROW_ASSIGN_OR_RAISE(DistinctKeys keys, DistinctKeys::Make(key_schema, WorkerCount()));
    for (const ViewSource& source : sources) {
      if (source.view().join_keys.empty()) continue;
      ARROW_ASSIGN_OR_RAISE(const auto key_columns, SourceKeys(source, key_schema->field_names(), keyed->view().name));
      ARROW_RETURN_NOT_OK(CollectKeys(source, key_columns, window, progress, &keys));
    }
    ARROW_ASSIGN_OR_RAISE(const auto distinct, keys.Finish());
    columns = distinct->columns();
    rows = distinct->num_rows();
  }
  ARROW_ASSIGN_OR_RAISE(auto moments, arrow::MakeArrayFromScalar(*MomentScalar(*range.end), rows));
  columns.push_back(std::make_shared<arrow::ChunkedArray>(std::move(moments)));
  return EntityFrame::Make(arrow::Table::Make(std::move(schema), std::move(columns), rows), kEntityTimestamp, config);
}

}  // namespace feast
