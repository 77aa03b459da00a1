#include "retrieval/entity_rows.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "arrow/array/array_primitive.h"
#include "arrow/array/util.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/cast.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "feast/errors.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

bool HoldsMoments(const arrow::DataType& type) {
  return type.id() == arrow::Type::TIMESTAMP || arrow::is_date(type.id());
}

std::shared_ptr<arrow::DataType> UtcType(arrow::TimeUnit::type unit) { return arrow::timestamp(unit, "UTC"); }

arrow::Result<std::string> FindTimestampColumn(const arrow::Schema& schema) {
  if (const auto field = schema.GetFieldByName(kEventTimestampColumn)) {
    if (HoldsMoments(*field->type()) || field->type()->id() == arrow::Type::NA) return field->name();
    return NamedError("EntityDFNotDateTime",
                      "The entity rows' event_timestamp column must hold timestamps (pd.to_datetime makes them), not " +
                          field->type()->ToString() + ".");
  }
  std::vector<std::string> candidates;
  for (const auto& field : schema.fields()) {
    if (field->type()->id() == arrow::Type::TIMESTAMP) candidates.push_back(field->name());
  }
  if (candidates.size() == 1) return candidates[0];
  std::string found;
  for (const std::string& name : candidates) found += (found.empty() ? " " : ", ") + name;
  return arrow::Status::Invalid(
      "Please provide entity rows with a column named event_timestamp representing the time of events; ",
      candidates.empty() ? "they have no timestamp column." : "they have several timestamp columns:" + found);
}

arrow::Status CheckColumnNames(const arrow::Schema& schema) {
  std::set<std::string> seen;
  for (const auto& field : schema.fields()) {
    if (!seen.insert(field->name()).second) {
      return arrow::Status::Invalid("The entity rows have two columns of one name; rename one: '", field->name(), "'");
    }
  }
  return arrow::Status::OK();
}

/// The timestamp column in UTC. Naive times count as UTC, dates as their midnight; other zones only name the same
/// moments differently.
arrow::Result<std::shared_ptr<arrow::ChunkedArray>> InUtc(const std::shared_ptr<arrow::ChunkedArray>& times) {
  if (times->type()->id() == arrow::Type::NA) {
    ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(UtcType(arrow::TimeUnit::NANO), times->length()));
    return std::make_shared<arrow::ChunkedArray>(nulls);
  }
  if (arrow::is_date(times->type()->id())) {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum midnights,
                          arrow::compute::Cast(arrow::Datum(times), arrow::timestamp(arrow::TimeUnit::MICRO)));
    return midnights.chunked_array()->View(UtcType(arrow::TimeUnit::MICRO));
  }
  const auto& type = static_cast<const arrow::TimestampType&>(*times->type());
  return times->View(UtcType(type.unit()));
}

/// `value` in units of `unit` as a moment; nullopt beyond what nanoseconds reach (the join itself has no such limit).
std::optional<Timestamp> ToTimestamp(int64_t value, arrow::TimeUnit::type unit) {
  int64_t nanos;
  const int64_t scale = unit == arrow::TimeUnit::SECOND  ? 1'000'000'000
                        : unit == arrow::TimeUnit::MILLI ? 1'000'000
                        : unit == arrow::TimeUnit::MICRO ? 1'000
                                                         : 1;
  if (__builtin_mul_overflow(value, scale, &nanos)) return std::nullopt;
  return Timestamp(std::chrono::nanoseconds(nanos));
}

/// The earliest and the latest of the times that are not null.
void FindTimeRange(const arrow::ChunkedArray& times, EntityInput* input) {
  std::optional<int64_t> min, max;
  for (const auto& chunk : times.chunks()) {
    const auto& values = static_cast<const arrow::TimestampArray&>(*chunk);
    for (int64_t i = 0; i < values.length(); ++i) {
      if (values.IsNull(i)) continue;
      const int64_t value = values.Value(i);
      if (!min || value < *min) min = value;
      if (!max || value > *max) max = value;
    }
  }
  const auto unit = static_cast<const arrow::TimestampType&>(*times.type()).unit();
  if (min) input->min_timestamp = ToTimestamp(*min, unit);
  if (max) input->max_timestamp = ToTimestamp(*max, unit);
}

arrow::Status DescribeTable(const std::shared_ptr<arrow::Table>& table, EntityInput* input) {
  if (!table) return arrow::Status::Invalid("The entity rows are no table.");
  ARROW_RETURN_NOT_OK(CheckColumnNames(*table->schema()));
  input->columns = table->ColumnNames();
  ARROW_ASSIGN_OR_RAISE(input->timestamp_column, FindTimestampColumn(*table->schema()));
  const int index = table->schema()->GetFieldIndex(input->timestamp_column);
  ARROW_ASSIGN_OR_RAISE(auto times, InUtc(table->column(index)));
  FindTimeRange(*times, input);
  const auto field = arrow::field(input->timestamp_column, times->type());
  ARROW_ASSIGN_OR_RAISE(input->rows, table->SetColumn(index, field, std::move(times)));
  return arrow::Status::OK();
}

arrow::Status DescribeFile(const std::string& path, OfflineStore& offline, const CallContext& context,
                           EntityInput* input) {
  FileSource source;
  source.path = path.find("://") == std::string::npos ? fs::absolute(path).string() : path;
  source.name = path;
  ARROW_ASSIGN_OR_RAISE(auto schema, offline.SourceSchema(source, context));
  ARROW_RETURN_NOT_OK(CheckColumnNames(*schema));
  for (const auto& field : schema->fields()) input->columns.push_back(field->name());
  ARROW_ASSIGN_OR_RAISE(input->timestamp_column, FindTimestampColumn(*schema));
  input->rows = EntityFile{source.path};
  return arrow::Status::OK();
}

}  // namespace

bool EntityInput::has_column(const std::string& name) const {
  return is_query() || std::find(columns.begin(), columns.end(), name) != columns.end();
}

arrow::Result<EntityInput> DescribeEntityRows(const HistoricalRequest& request, OfflineStore& offline,
                                              const CallContext& context) {
  EntityInput input;
  input.rows = request.entity_rows;
  if (const auto* table = std::get_if<std::shared_ptr<arrow::Table>>(&request.entity_rows)) {
    ARROW_RETURN_NOT_OK(DescribeTable(*table, &input));
  } else if (const auto* file = std::get_if<EntityFile>(&request.entity_rows)) {
    ARROW_RETURN_NOT_OK(DescribeFile(file->path, offline, context, &input));
  } else if (input.is_range()) {
    input.timestamp_column = kEventTimestampColumn;
  }
  return input;
}

arrow::Status CompleteRange(const std::vector<ViewRequest>& views, EntityInput* input) {
  auto* range = std::get_if<EntityRange>(&input->rows);
  if (!range) return arrow::Status::OK();
  if (!range->end) range->end = std::chrono::system_clock::now();
  if (!range->start) {
    std::chrono::microseconds longest{0};
    for (const ViewRequest& view : views) longest = std::max(longest, view.ttl.value_or(std::chrono::microseconds(0)));
    if (longest.count() == 0) longest = std::chrono::days(30);
    range->start = *range->end - longest;
  }
  if (*range->start > *range->end) {
    return arrow::Status::Invalid("The range of time ends before it starts; swap start and end.");
  }
  input->min_timestamp = range->start;
  input->max_timestamp = range->end;
  return arrow::Status::OK();
}

}  // namespace feast
