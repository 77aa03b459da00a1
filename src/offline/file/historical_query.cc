#include "offline/file/historical_query.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "offline/file/entities/entity_range.h"
#include "offline/file/entities/entity_sides.h"
#include "offline/file/entities/table_slices.h"
#include "offline/file/joined_views.h"
#include "offline/file/read_plan_builder.h"
#include "offline/file/spill/join_memory.h"
#include "offline/file/spill/memory_limit.h"
#include "offline/file/spill/spilled_join.h"
#include "offline/file/view_join.h"

namespace feast {
namespace {

join::JoinOptions OptionsOf(const ResolvedRequest& request, const std::optional<EntityRange>& range) {
  join::JoinOptions options;
  options.filter_by_created = request.filter_by_created_timestamp;
  if (range) options.source_start_ns = range->start->time_since_epoch().count();
  return options;
}

arrow::Status CheckKeys(const EntityFrame& entities, const std::vector<ViewSource>& sources) {
  for (const ViewSource& source : sources) {
    for (const std::string& key : EntityKeys(source)) {
      ARROW_RETURN_NOT_OK(entities.KeyColumn(key, source.view().name).status());
    }
  }
  return arrow::Status::OK();
}

}  // namespace

std::optional<EntityRange> FileHistoricalQuery::Range() const {
  const auto* range = std::get_if<EntityRange>(&request_.entity_rows);
  return range ? std::optional(*range) : std::nullopt;
}

arrow::Result<EntityPieces> FileHistoricalQuery::Entities(const std::vector<ViewSource>& sources,
                                                          const std::optional<EntityRange>& range,
                                                          RowProgress* progress) const {
  if (range) {
    ARROW_ASSIGN_OR_RAISE(EntityFrame rows, EntitiesInRange(sources, *range, config_, progress));
    return EntityPieces::Of(std::move(rows));
  }
  if (const auto* file = std::get_if<EntityFile>(&request_.entity_rows)) {
    return EntityPieces::Open(file->path, request_.timestamp_column, config_);
  }
  ARROW_ASSIGN_OR_RAISE(EntityFrame rows,
                        EntityFrame::Make(std::get<std::shared_ptr<arrow::Table>>(request_.entity_rows),
                                          request_.timestamp_column, config_));
  return EntityPieces::Of(std::move(rows));
}

arrow::Result<std::shared_ptr<arrow::Schema>> FileHistoricalQuery::WithFeatures(
    const arrow::Schema& entity_schema, const std::vector<ViewSource>& sources) const {
  std::vector<std::shared_ptr<arrow::Field>> fields = entity_schema.fields();
  const auto taken = [&](const std::string& name) {
    return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return field->name() == name; });
  };
  for (const ViewSource& source : sources) {
    for (const FeatureColumn& feature : source.view().features) {
      std::string name = feature.output_name;
      while (taken(name)) name += "__";
      fields.push_back(arrow::field(std::move(name), source.type_of(feature.source_column)));
    }
  }
  return arrow::schema(std::move(fields));
}

arrow::Result<std::shared_ptr<arrow::Table>> FileHistoricalQuery::JoinInMemory(const EntityFrame& entities,
                                                                               const std::vector<ViewSource>& sources,
                                                                               const join::JoinOptions& options,
                                                                               RowProgress* progress,
                                                                               ReportBuilder* report) const {
  std::vector<ViewToJoin> views;
  for (size_t i = 0; i < sources.size(); ++i) views.push_back({i, &sources[i], &entities});
  std::vector<Columns> features(views.size());
  ARROW_RETURN_NOT_OK(JoinViews(views, options, progress, report, [&](size_t view, Columns columns) {
    features[view] = std::move(columns);
    return arrow::Status::OK();
  }));
  Columns columns = entities.table()->columns();
  for (const Columns& of_view : features) columns.insert(columns.end(), of_view.begin(), of_view.end());
  ARROW_ASSIGN_OR_RAISE(auto schema, WithFeatures(*entities.table()->schema(), sources));
  return arrow::Table::Make(std::move(schema), std::move(columns), entities.table()->num_rows());
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> FileHistoricalQuery::Join(int64_t batch_rows,
                                                                                   const ProgressCallback& callback,
                                                                                   ReportBuilder* report) const {
  RowProgress progress(callback);
  const auto range = Range();
  const join::JoinOptions options = OptionsOf(request_, range);
  ARROW_ASSIGN_OR_RAISE(const int64_t memory_bytes, MemoryLimit());
  ARROW_ASSIGN_OR_RAISE(const std::vector<ViewSource> sources, ViewSource::OpenAll(request_.views, config_));
  ARROW_ASSIGN_OR_RAISE(EntityPieces entities, Entities(sources, range, &progress));
  ARROW_RETURN_NOT_OK(CheckKeys(entities.empty(), sources));
  if (entities.rows() <= memory_bytes / std::max<int64_t>(1, EstimateMemory(entities, sources).whole)) {
    ARROW_ASSIGN_OR_RAISE(const EntityFrame rows, entities.ReadAll());
    ARROW_ASSIGN_OR_RAISE(auto table, JoinInMemory(rows, sources, options, &progress, report));
    return SliceTable(std::move(table), batch_rows);
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, WithFeatures(*entities.empty().table()->schema(), sources));
  return JoinBeyondMemory(std::move(entities), sources, options, config_, std::move(schema), batch_rows, memory_bytes,
                          &progress, report);
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> FileHistoricalQuery::Run(int64_t batch_rows,
                                                                                  const ProgressCallback& progress) {
  return Join(batch_rows, progress, nullptr);
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> FileHistoricalQuery::RunWithReport(
    int64_t batch_rows, const ProgressCallback& progress, std::shared_ptr<RetrievalReport> report) {
  ReportBuilder builder(request_.views);
  ARROW_ASSIGN_OR_RAISE(auto reader, Join(batch_rows, progress, &builder));
  *report = builder.Finish();
  return reader;
}

arrow::Result<std::shared_ptr<arrow::Schema>> FileHistoricalQuery::OutputSchema() {
  ARROW_ASSIGN_OR_RAISE(const std::vector<ViewSource> sources, ViewSource::OpenAll(request_.views, config_));
  std::shared_ptr<arrow::Schema> schema;
  if (std::holds_alternative<EntityRange>(request_.entity_rows)) {
    ARROW_ASSIGN_OR_RAISE(schema, RangeSchema(sources));
  } else if (const auto* file = std::get_if<EntityFile>(&request_.entity_rows)) {
    ARROW_ASSIGN_OR_RAISE(schema, EntityFileSchema(file->path, request_.timestamp_column, config_));
  } else {
    RowProgress none(nullptr);
    ARROW_ASSIGN_OR_RAISE(const EntityPieces entities, Entities(sources, std::nullopt, &none));
    schema = entities.empty().table()->schema();
  }
  return WithFeatures(*schema, sources);
}

arrow::Result<ReadPlan> FileHistoricalQuery::Explain() {
  RowProgress none(nullptr);
  const auto range = Range();
  ARROW_ASSIGN_OR_RAISE(const std::vector<ViewSource> sources, ViewSource::OpenAll(request_.views, config_));
  ReadPlan plan;
  std::optional<EntityFrame> entities;
  EntitySides sides;
  if (!range) {
    ARROW_ASSIGN_OR_RAISE(const EntityPieces pieces, Entities(sources, range, &none));
    ARROW_ASSIGN_OR_RAISE(entities, pieces.ReadAll());
    plan.entity_rows = pieces.rows();
    for (const ViewSource& source : sources) sides.Expect(source, *entities);
  }
  for (const ViewSource& source : sources) {
    ARROW_ASSIGN_OR_RAISE(const auto fragments, source.reader().Fragments());
    std::vector<int32_t> wanted;
    if (range) {
      wanted = FragmentsWithin(fragments, source.view().timestamp_column,
                               {range->start->time_since_epoch().count(), range->end->time_since_epoch().count()});
    } else {
      ARROW_ASSIGN_OR_RAISE(auto side, sides.For(source, *entities));
      const auto moments = ViewJoin(source, std::move(side), OptionsOf(request_, range)).FragmentsToRead(fragments);
      for (size_t i = 0; i < moments.size(); ++i) {
        if (moments[i]) wanted.push_back(static_cast<int32_t>(i));
      }
    }
    std::vector<std::string> columns = source.join_columns();
    for (const std::string& column : source.feature_columns()) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
    }
    plan.views.push_back(PlanView(source.view().name, std::move(columns), fragments, wanted));
  }
  return plan;
}

}  // namespace feast
