#include "offline/historical_query.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "offline/entity_range.h"
#include "offline/feature_gather.h"
#include "offline/read_plan_builder.h"
#include "offline/table_slices.h"
#include "offline/view_join.h"
#include "offline/view_survey.h"
#include "offline/winner_order.h"

namespace feast {
namespace {

join::JoinOptions OptionsOf(const ResolvedRequest& request, const std::optional<EntityRange>& range) {
  join::JoinOptions options;
  options.filter_by_created = request.filter_by_created_timestamp;
  if (range) options.source_start_ns = range->start->time_since_epoch().count();
  return options;
}

}  // namespace

arrow::Result<std::vector<ViewSource>> FileHistoricalQuery::OpenSources() const {
  std::vector<ViewSource> sources;
  for (const ViewRequest& view : request_.views) {
    ARROW_ASSIGN_OR_RAISE(ViewSource source, ViewSource::Open(view, config_));
    sources.push_back(std::move(source));
  }
  return sources;
}

std::optional<EntityRange> FileHistoricalQuery::Range() const {
  const auto* range = std::get_if<EntityRange>(&request_.entity_rows);
  return range ? std::optional(*range) : std::nullopt;
}

arrow::Result<EntityFrame> FileHistoricalQuery::Entities(const std::vector<ViewSource>& sources,
                                                         const std::optional<EntityRange>& range,
                                                         RowProgress* progress) const {
  if (range) return EntitiesInRange(sources, *range, config_, progress);
  if (const auto* path = std::get_if<std::string>(&request_.entity_rows)) {
    return EntityFrame::Read(*path, request_.timestamp_column, config_);
  }
  return EntityFrame::Make(std::get<std::shared_ptr<arrow::Table>>(request_.entity_rows), request_.timestamp_column,
                           config_);
}

arrow::Result<FileHistoricalQuery::Columns> FileHistoricalQuery::JoinView(size_t number, const ViewSource& source,
                                                                          const EntityFrame& entities,
                                                                          const std::optional<EntityRange>& range,
                                                                          RowProgress* progress,
                                                                          ReportBuilder* report) const {
  ARROW_ASSIGN_OR_RAISE(const auto fragments, source.reader().Fragments());
  std::vector<join::SourcePosition> positions;
  {
    // The join's own memory is given back before features are read.
    ARROW_ASSIGN_OR_RAISE(ViewJoin join, ViewJoin::Make(source, entities, OptionsOf(request_, range)));
    ARROW_ASSIGN_OR_RAISE(positions, join.Run(fragments, progress));
  }
  ARROW_ASSIGN_OR_RAISE(const WinnerOrder winners, WinnerOrder::Make(std::move(positions), fragments.size()));
  ARROW_ASSIGN_OR_RAISE(Columns features, GatherFeatures(source, fragments, winners, progress));
  if (report) {
    ARROW_ASSIGN_OR_RAISE(auto findings,
                          SurveyView(source, entities, OptionsOf(request_, range), fragments, winners, progress));
    report->Add(number, std::move(findings), features);
  }
  return features;
}

arrow::Result<std::shared_ptr<arrow::Schema>> FileHistoricalQuery::WithFeatures(
    std::shared_ptr<arrow::Schema> entity_schema, const std::vector<ViewSource>& sources) const {
  std::vector<std::shared_ptr<arrow::Field>> fields = entity_schema->fields();
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

arrow::Result<std::shared_ptr<arrow::Table>> FileHistoricalQuery::RunToTable(const ProgressCallback& callback,
                                                                             ReportBuilder* report) const {
  RowProgress progress(callback);
  const auto range = Range();
  ARROW_ASSIGN_OR_RAISE(const std::vector<ViewSource> sources, OpenSources());
  ARROW_ASSIGN_OR_RAISE(const EntityFrame entities, Entities(sources, range, &progress));
  Columns columns = entities.table()->columns();
  for (size_t i = 0; i < sources.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const Columns features, JoinView(i, sources[i], entities, range, &progress, report));
    columns.insert(columns.end(), features.begin(), features.end());
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, WithFeatures(entities.table()->schema(), sources));
  return arrow::Table::Make(std::move(schema), std::move(columns), entities.table()->num_rows());
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> FileHistoricalQuery::Run(int64_t batch_rows,
                                                                                  const ProgressCallback& progress) {
  ARROW_ASSIGN_OR_RAISE(auto table, RunToTable(progress, nullptr));
  return SliceTable(std::move(table), batch_rows);
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> FileHistoricalQuery::RunWithReport(
    int64_t batch_rows, const ProgressCallback& progress, std::shared_ptr<RetrievalReport> report) {
  ReportBuilder builder(request_.views);
  ARROW_ASSIGN_OR_RAISE(auto table, RunToTable(progress, &builder));
  *report = builder.Finish();
  report->entity_rows = table->num_rows();
  return SliceTable(std::move(table), batch_rows);
}

arrow::Result<std::shared_ptr<arrow::Schema>> FileHistoricalQuery::OutputSchema() {
  ARROW_ASSIGN_OR_RAISE(const std::vector<ViewSource> sources, OpenSources());
  std::shared_ptr<arrow::Schema> schema;
  if (std::holds_alternative<EntityRange>(request_.entity_rows)) {
    ARROW_ASSIGN_OR_RAISE(schema, RangeSchema(sources));
  } else if (const auto* path = std::get_if<std::string>(&request_.entity_rows)) {
    ARROW_ASSIGN_OR_RAISE(schema, EntityFileSchema(*path, request_.timestamp_column, config_));
  } else {
    RowProgress none(nullptr);
    ARROW_ASSIGN_OR_RAISE(const EntityFrame entities, Entities(sources, std::nullopt, &none));
    schema = entities.table()->schema();
  }
  return WithFeatures(std::move(schema), sources);
}

arrow::Result<ReadPlan> FileHistoricalQuery::Explain() {
  RowProgress none(nullptr);
  const auto range = Range();
  ARROW_ASSIGN_OR_RAISE(const std::vector<ViewSource> sources, OpenSources());
  ReadPlan plan;
  std::optional<EntityFrame> entities;
  if (!range) {
    ARROW_ASSIGN_OR_RAISE(entities, Entities(sources, range, &none));
    plan.entity_rows = entities->table()->num_rows();
  }
  for (const ViewSource& source : sources) {
    ARROW_ASSIGN_OR_RAISE(const auto fragments, source.reader().Fragments());
    std::vector<int32_t> wanted;
    if (range) {
      wanted = FragmentsWithin(fragments, source.view().timestamp_column,
                               {range->start->time_since_epoch().count(), range->end->time_since_epoch().count()});
    } else {
      ARROW_ASSIGN_OR_RAISE(const ViewJoin join, ViewJoin::Make(source, *entities, OptionsOf(request_, range)));
      wanted = join.FragmentsToRead(fragments);
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
