#include "python_offline_store.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "arrow/array/array_base.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow_exchange.h"
#include "bindings.h"
#include "datetimes.h"
#include "definitions/column_names.h"
#include "definitions/definition_copies.h"
#include "plugin_source.h"
#include "retrieval/on_demand_step.h"
#include "retrieval/resolve_request.h"
#include "retrieval/retrieval_steps.h"
#include "transform/runner.h"
#include "wanted_views.h"

namespace feast::python {

namespace {

nb::object MomentOrNone(const std::optional<Timestamp>& moment) {
  return moment ? ToDatetime(*moment, TimeZone::kUtc) : nb::none();
}

/// A job of the class's own, which computes on-demand features itself.
class PythonQuery : public Query {
 public:
  PythonQuery(nb::object job, std::string what) : job_(std::move(job), std::move(what)) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(const RunOptions& options) override {
    if (options.report) {
      return arrow::Status::NotImplemented(
          "Only point-in-time joins that the file offline store runs come with a report; run this without one.");
    }
    ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Table> table, job_.Call("to_arrow", [](const nb::object& job) {
      return TableFromPython(job.attr("to_arrow")());
    }));
    if (options.progress) options.progress(table->num_rows(), table->num_rows());
    auto reader = std::make_shared<arrow::TableBatchReader>(table);
    reader->set_chunksize(options.batch_rows);
    return reader;
  }
  arrow::Result<ReadPlan> Explain(const CallContext&) override {
    return arrow::Status::NotImplemented("A store written in Python cannot say beforehand what it will read.");
  }
  arrow::Result<std::string> Sql() override {
    return job_.Call("to_sql", [](const nb::object& job) -> arrow::Result<std::string> {
      return nb::cast<std::string>(job.attr("to_sql")());
    });
  }
  nb::object job() const {
    return job_.Call("job", [](const nb::object& job) -> arrow::Result<nb::object> { return job; }).ValueOrDie();
  }

 private:
  Plugin job_;
};

/// The job that `work(adapter)` gives, as a query.
template <typename Work>
arrow::Result<std::shared_ptr<Query>> QueryOf(const Plugin& adapter, const char* method, const std::string& what,
                                              Work work) {
  return adapter.Call(method, [&](const nb::object& object) -> arrow::Result<std::shared_ptr<Query>> {
    return std::make_shared<PythonQuery>(nb::object(work(object)), what);
  });
}

class PythonOfflineStore : public OfflineStore {
 public:
  PythonOfflineStore(std::shared_ptr<Plugin> adapter, std::string what)
      : adapter_(std::move(adapter)), what_(std::move(what)) {}

  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source, const CallContext&) override {
    return adapter_->Call(
        "validate_data_source", [&](const nb::object& adapter) -> arrow::Result<std::shared_ptr<arrow::Schema>> {
          nb::object columns = adapter.attr("source_columns")(SourceToPython(CopyOf(source)));
          if (columns.is_none())
            return arrow::Status::NotImplemented("This kind of source does not say which columns it has.");
          arrow::FieldVector fields;
          for (auto [name, type] : nb::cast<std::vector<std::pair<std::string, ValueType>>>(columns)) {
            ARROW_ASSIGN_OR_RAISE(auto arrow_type, ArrowType(type));
            fields.push_back(arrow::field(name, std::move(arrow_type)));
          }
          return arrow::schema(std::move(fields));
        });
  }

  /// One after the other: a class may keep what belongs to the thread of the caller.
  std::vector<arrow::Result<std::shared_ptr<arrow::Schema>>> SourceSchemas(
      const std::vector<std::shared_ptr<DataSource>>& sources, const CallContext& context) override {
    std::vector<arrow::Result<std::shared_ptr<arrow::Schema>>> schemas;
    for (const auto& source : sources) schemas.push_back(SourceSchema(*source, context));
    return schemas;
  }

  /// Requests go to the class whole, through PythonRetriever.
  arrow::Result<std::shared_ptr<Query>> PointInTime(const ResolvedRequest&) override {
    return arrow::Status::NotImplemented("The ", what_, " takes requests with their names unresolved only.");
  }

  arrow::Result<std::shared_ptr<Query>> Pull(const PullRequest& request) override {
    if (request.latest_of_each_key) {
      return arrow::Status::NotImplemented("The ", what_, " is not asked for the latest rows in this version.");
    }
    return QueryOf(*adapter_, "pull_all_from_table_or_query", what_, [&](const nb::object& adapter) {
      return adapter.attr("pull_all")(SourceToPython(CopyOf(*request.source)), request.columns,
                                      request.timestamp_column, MomentOrNone(request.start), MomentOrNone(request.end));
    });
  }

  arrow::Result<std::unique_ptr<RowWriter>> OpenWrite(const DataSource&, Overwrite, const CallContext&) override {
    return arrow::Status::NotImplemented("The ", what_,
                                         " writes what its own jobs computed only: call persist() of the job.");
  }

 private:
  /// As Arrow tells times and the rest apart; planning needs no more.
  static arrow::Result<std::shared_ptr<arrow::DataType>> ArrowType(ValueType type) {
    if (type == ValueType::kInvalid || type == ValueType::kNull) return arrow::null();
    return Type::Of(type).ToArrow();
  }

  std::shared_ptr<Plugin> adapter_;
  std::string what_;
};

/// The columns of `table` that a view's input features are in, under any of the names they may have.
OnDemandStep StepFor(const OnDemandFeatureView& view, const arrow::Schema& schema, bool full_feature_names,
                     const std::vector<std::string>* wanted) {
  OnDemandStep step;
  for (const auto& [source_name, source] : view.sources) {
    const auto* projection = std::get_if<FeatureViewProjection>(&source);
    if (!projection) continue;
    for (const Field& field : projection->features) {
      const std::vector<std::string> names = {FullFeatureName(projection->name_to_use(), field.name),
                                              FullFeatureName(projection->name, field.name), field.name};
      for (const std::string& name : names) {
        if (schema.GetFieldIndex(name) < 0) continue;
        step.inputs.push_back({name, names});
        break;
      }
    }
  }
  for (const Field& field : view.projection.features.empty() ? view.features : view.projection.features) {
    const std::string prefixed = FullFeatureName(view.projection.name_to_use(), field.name);
    const std::string name = full_feature_names ? prefixed : field.name;
    if (wanted && std::find(wanted->begin(), wanted->end(), name) == wanted->end()) continue;
    if (schema.GetFieldIndex(name) < 0) step.outputs.push_back({field, prefixed, name});
  }
  return step;
}

}  // namespace

void SetPythonOfflineStore(nb::object adapter, const std::string& what, Stores* stores) {
  const auto plugin = std::make_shared<Plugin>(std::move(adapter), what);
  stores->offline = std::make_shared<PythonOfflineStore>(plugin, what);
  stores->retriever = std::make_shared<PythonRetriever>(stores->offline, plugin, what);
}

arrow::Result<std::shared_ptr<RetrievalJob>> PythonRetriever::RetrieveFor(nb::handle entity_rows,
                                                                          const HistoricalRequest& request,
                                                                          const Snapshot& snapshot,
                                                                          const std::string& project,
                                                                          const CallContext& context) {
  HistoricalRequest checked = request;
  // What a text means only the class knows.
  if (const auto* file = std::get_if<EntityFile>(&request.entity_rows)) checked.entity_rows = EntityQuery{file->path};
  ARROW_ASSIGN_OR_RAISE(const ResolvedRetrieval resolved,
                        ResolveRequest(checked, snapshot, project, *offline_, context));
  ARROW_ASSIGN_OR_RAISE(const auto views, WantedViews(request, snapshot, project));
  auto steps = std::make_shared<RetrievalSteps>();
  ARROW_ASSIGN_OR_RAISE(
      steps->query, QueryOf(*adapter_, "get_historical_features", what_, [&](const nb::object& adapter) {
        nb::object rows = nb::none(), start = nb::none(), end = nb::none();
        if (const auto* table = std::get_if<std::shared_ptr<arrow::Table>>(&resolved.request.entity_rows)) {
          rows = entity_rows.is_valid() ? nb::borrow(entity_rows) : ToPython(*table);
        } else if (const auto* query = std::get_if<EntityQuery>(&resolved.request.entity_rows)) {
          rows = nb::str(query->sql.c_str());
        } else {
          const auto& range = std::get<EntityRange>(resolved.request.entity_rows);
          start = MomentOrNone(range.start);
          end = MomentOrNone(range.end);
        }
        nb::list wanted;
        for (const auto& view : views) wanted.append(nb::cast(view));
        return adapter.attr("historical")(wanted, resolved.metadata.features, rows, request.full_feature_names, start,
                                          end, request.filter_by_created_timestamp);
      }));
  steps->offline = offline_;
  steps->metadata = resolved.metadata;
  steps->full_feature_names = request.full_feature_names;
  return MakeRetrievalJob(std::move(steps));
}

nb::object JobToPython(const std::shared_ptr<RetrievalJob>& job) {
  if (const auto* query = dynamic_cast<const PythonQuery*>(job->parts().steps->query.get())) return query->job();
  return nb::cast(job);
}

nb::list ComputeOnDemand(const RepoConfig& config, const std::shared_ptr<OnDemandFeatureView>& view, nb::handle rows,
                         bool full_feature_names, nb::handle outputs) {
  const auto table = Checked(TableFromPython(rows));
  const auto batch = Checked(table->CombineChunksToBatch());
  std::vector<std::string> wanted;
  if (!outputs.is_none()) wanted = nb::cast<std::vector<std::string>>(outputs);
  OnDemandStep step = StepFor(*view, *batch->schema(), full_feature_names, outputs.is_none() ? nullptr : &wanted);
  step.view = view;
  arrow::ArrayVector arrays;
  {
    nb::gil_scoped_release release;
    std::unordered_set<std::string> features;
    for (const auto& input : step.inputs) features.insert(input.column);
    FunctionLoader functions(config);
    auto computed = [&]() -> arrow::Result<arrow::ArrayVector> {
      ARROW_ASSIGN_OR_RAISE(step.transformation, functions.Load(*view));
      return RunStep(step, *batch, features);
    }();
    nb::gil_scoped_acquire gil;
    arrays = Checked(std::move(computed));
  }
  arrow::FieldVector fields;
  for (size_t i = 0; i < arrays.size(); ++i)
    fields.push_back(arrow::field(step.outputs[i].output_name, arrays[i]->type()));
  nb::object result = ToPython(arrow::RecordBatch::Make(arrow::schema(fields), batch->num_rows(), std::move(arrays)));
  nb::list columns;
  for (size_t i = 0; i < fields.size(); ++i)
    columns.append(nb::make_tuple(fields[i]->name(), result.attr("column")(i)));
  return columns;
}

}  // namespace feast::python
