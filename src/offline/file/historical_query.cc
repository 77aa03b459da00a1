#include "offline/file/historical_query.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "offline/file/context_reader.h"
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

/// Of entity rows, so many at a time are grouped by key to explain what their joins will read.
constexpr int64_t kExplainedRows = 1 << 18;

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

/// `entity_schema` and a column for each feature.
std::shared_ptr<arrow::Schema> WithFeatures(const arrow::Schema& entity_schema,
                                            const std::vector<ViewSource>& sources) {
  arrow::FieldVector fields = entity_schema.fields();
  for (const ViewSource& source : sources) {
    for (const FeatureColumn& feature : source.view().features) {
      fields.push_back(arrow::field(feature.output_name, source.type_of(feature.source_column)));
    }
  }
  return arrow::schema(std::move(fields));
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
  return arrow::Table::Make(WithFeatures(*entities.table()->schema(), sources), std::move(columns),
                            entities.table()->num_rows());
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
  // Divided, since the product may not fit 64 bits.
  if (entities.rows() <= memory_bytes / std::max<int64_t>(1, EstimateMemory(entities, sources).whole)) {
    ARROW_ASSIGN_OR_RAISE(const EntityFrame rows, entities.ReadAll());
    ARROW_ASSIGN_OR_RAISE(auto table, JoinInMemory(rows, sources, options, &progress, report));
    return SliceTable(std::move(table), batch_rows);
  }
  auto schema = WithFeatures(*entities.empty().table()->schema(), sources);
  return JoinBeyondMemory(std::move(entities), sources, options, config_, std::move(schema), batch_rows, memory_bytes,
                          &progress, report);
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> FileHistoricalQuery::Run(const RunOptions& options) {
  ARROW_RETURN_NOT_OK(options.context.Check());
  // All that follows runs now, on this thread and those it starts; only rows come later, under ContextReader.
  const CallScope scope(options.context);
  std::optional<ReportBuilder> report;
  if (options.report) report.emplace(request_.views);
  ARROW_ASSIGN_OR_RAISE(auto rows, Join(options.batch_rows, options.progress, report ? &*report : nullptr));
  if (report) *options.report = report->Finish();
  return std::make_shared<ContextReader>(std::move(rows), options.context);
}

arrow::Result<std::vector<ViewReach>> FileHistoricalQuery::Reaches(const EntityPieces& entities,
                                                                   const std::vector<ViewSource>& sources,
                                                                   const CallContext& context) const {
  std::vector<ViewReach> reaches(sources.size());
  std::vector<std::string> columns;
  for (const ViewSource& source : sources) {
    const std::vector<std::string> keys = EntityKeys(source);
    columns.insert(columns.end(), keys.begin(), keys.end());
  }
  std::ranges::sort(columns);
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  for (int i = 0; i < entities.count(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const EntityFrame piece, entities.Read(i, columns));
    for (int64_t first = 0; first < piece.table()->num_rows(); first += kExplainedRows) {
      ARROW_RETURN_NOT_OK(context.Check());
      const EntityFrame rows = piece.Slice(first, kExplainedRows);
      EntitySides sides;
      for (const ViewSource& source : sources) sides.Expect(source, rows);
      for (size_t view = 0; view < sources.size(); ++view) {
        ARROW_ASSIGN_OR_RAISE(auto side, sides.For(sources[view], rows));
        // A few rows at a time, so that explaining stays within the memory limit too. Together they
        // reach what any of them does.
        reaches[view].Add(ViewJoin(sources[view], std::move(side), OptionsOf(request_, std::nullopt)).reach());
      }
    }
  }
  return reaches;
}

arrow::Result<ReadPlan> FileHistoricalQuery::Explain(const CallContext& context) {
  ARROW_RETURN_NOT_OK(context.Check());
  const CallScope scope(context);
  RowProgress none(nullptr);
  const auto range = Range();
  ARROW_ASSIGN_OR_RAISE(const std::vector<ViewSource> sources, ViewSource::OpenAll(request_.views, config_));
  ReadPlan plan;
  std::vector<ViewReach> reaches(sources.size());
  if (range) {
    // Without entity rows every key is wanted, so there are no bounds of keys.
    const ViewReach all{range->start->time_since_epoch().count(), range->end->time_since_epoch().count()};
    std::ranges::fill(reaches, all);
  } else {
    ARROW_ASSIGN_OR_RAISE(const EntityPieces entities, Entities(sources, range, &none));
    ARROW_RETURN_NOT_OK(CheckKeys(entities.empty(), sources));
    plan.entity_rows = entities.rows();
    ARROW_ASSIGN_OR_RAISE(reaches, Reaches(entities, sources, context));
  }
  for (size_t view = 0; view < sources.size(); ++view) {
    ARROW_ASSIGN_OR_RAISE(const auto fragments, sources[view].reader().Fragments());
    std::vector<int32_t> wanted;
    for (size_t i = 0; i < fragments.size(); ++i) {
      if (reaches[view].MomentsIn(*fragments[i], sources[view].view())) wanted.push_back(static_cast<int32_t>(i));
    }
    std::vector<std::string> columns = sources[view].join_columns();
    for (const std::string& column : sources[view].feature_columns()) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
    }
    plan.views.push_back(PlanView(sources[view].view().name, std::move(columns), fragments, wanted));
  }
  return plan;
}

}  // namespace feast
