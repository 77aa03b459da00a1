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
#include "definitions/proto.h"
#include "plugin.h"
#include "plugin_source.h"
#include "retrieval/on_demand_step.h"
#include "transform/runner.h"

namespace feast::python {

namespace {

nb::object MomentOrNone(const std::optional<Timestamp>& moment) {
  return moment ? ToDatetime(*moment, TimeZone::kUtc) : nb::none();
}

/// A job of the class's own.
class PythonQuery : public HistoricalQuery {
 public:
  PythonQuery(nb::object job, std::string what) : job_(std::move(job), std::move(what)) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(int64_t batch_rows,
                                                               const ProgressCallback& progress) override {
    ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Table> table, Table());
    if (progress) progress(table->num_rows(), table->num_rows());
    auto reader = std::make_shared<arrow::TableBatchReader>(table);
    reader->set_chunksize(batch_rows);
    return reader;
  }
  arrow::Result<std::shared_ptr<arrow::Schema>> OutputSchema() override {
    ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Table> table, Table());
    return table->schema();
  }
  arrow::Result<ReadPlan> Explain() override {
    return arrow::Status::NotImplemented("A store written in Python cannot say beforehand what it will read.");
  }
  arrow::Result<std::string> Sql() override {
    return job_.Call("to_sql", [](const nb::object& job) -> arrow::Result<std::string> {
      return nb::cast<std::string>(job.attr("to_sql")());
    });
  }
  bool computes_on_demand() const override { return true; }
  nb::object job() const {
    return job_.Call("job", [](const nb::object& job) -> arrow::Result<nb::object> { return job; }).ValueOrDie();
  }

 private:
  arrow::Result<std::shared_ptr<arrow::Table>> Table() const {
    return job_.Call("to_arrow", [](const nb::object& job) { return TableFromPython(job.attr("to_arrow")()); });
  }

  Plugin job_;
};

class PythonOfflineStore : public OfflineStore {
 public:
  PythonOfflineStore(nb::object adapter, std::string what)
      : adapter_(std::move(adapter), what), what_(std::move(what)) {}

  bool takes_queries() const override { return true; }
  bool stays_on_one_thread() const override { return true; }

  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source) override {
    return adapter_.Call(
        "validate_data_source", [&](const nb::object& adapter) -> arrow::Result<std::shared_ptr<arrow::Schema>> {
          nb::object columns = adapter.attr("source_columns")(SourceToPython(CopyToShare(source)));
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

  arrow::Result<std::shared_ptr<HistoricalQuery>> GetHistoricalFeatures(const ResolvedRequest& request) override {
    return Job("get_historical_features", [&](const nb::object& adapter) {
      nb::object rows = nb::none(), start = nb::none(), end = nb::none();
      if (const auto* table = std::get_if<std::shared_ptr<arrow::Table>>(&request.entity_rows)) {
        rows = request.asked.host_rows ? HostRows(request) : ToPython(*table);
      } else if (const auto* file = std::get_if<EntityFile>(&request.entity_rows)) {
        rows = nb::str(file->path.c_str());
      } else if (const auto* query = std::get_if<EntityQuery>(&request.entity_rows)) {
        rows = nb::str(query->sql.c_str());
      } else {
        const auto& range = std::get<EntityRange>(request.entity_rows);
        start = MomentOrNone(range.start);
        end = MomentOrNone(range.end);
      }
      nb::list views;
      for (const auto& view : request.asked.views) views.append(nb::cast(view));
      return adapter.attr("historical")(views, request.asked.references, rows, request.asked.full_feature_names, start,
                                        end, request.filter_by_created_timestamp);
    });
  }

  arrow::Result<std::shared_ptr<HistoricalQuery>> PullAll(const DataSource& source,
                                                          const std::vector<std::string>& columns,
                                                          const std::string& timestamp_column,
                                                          std::optional<Timestamp> start,
                                                          std::optional<Timestamp> end) override {
    return Job("pull_all_from_table_or_query", [&](const nb::object& adapter) {
      return adapter.attr("pull_all")(SourceToPython(CopyToShare(source)), columns, timestamp_column,
                                      MomentOrNone(start), MomentOrNone(end));
    });
  }

  arrow::Status Write(arrow::RecordBatchReader&, const DataSource&, bool) override {
    return arrow::Status::NotImplemented("The ", what_,
                                         " writes what its own jobs computed only: call persist() of the job.");
  }

 private:
  /// The engine's calls end before the source does; Python's references may not.
  static std::shared_ptr<DataSource> CopyToShare(const DataSource& source) {
    return Checked(FromProto(ToProto(source)));
  }
  static nb::object HostRows(const ResolvedRequest& request) {
    return nb::borrow(static_cast<PyObject*>(const_cast<void*>(request.asked.host_rows.get())));
  }
  /// As Arrow tells times and the rest apart; planning needs no more.
  static arrow::Result<std::shared_ptr<arrow::DataType>> ArrowType(ValueType type) {
    if (type == ValueType::kInvalid || type == ValueType::kNull) return arrow::null();
    return Type::Of(type).ToArrow();
  }

  template <typename Work>
  arrow::Result<std::shared_ptr<HistoricalQuery>> Job(const char* method, Work work) {
    return adapter_.Call(method, [&](const nb::object& adapter) -> arrow::Result<std::shared_ptr<HistoricalQuery>> {
      return std::make_shared<PythonQuery>(nb::object(work(adapter)), what_);
    });
  }

  Plugin adapter_;
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
      const std::vector<std::string> names = {projection->name_to_use() + "__" + field.name,
                                              projection->name + "__" + field.name, field.name};
      for (const std::string& name : names) {
        if (schema.GetFieldIndex(name) < 0) continue;
        step.inputs.push_back({name, names});
        break;
      }
    }
  }
  for (const Field& field : view.projection.features.empty() ? view.features : view.projection.features) {
    const std::string prefixed = view.projection.name_to_use() + "__" + field.name;
    const std::string name = full_feature_names ? prefixed : field.name;
    if (wanted && std::find(wanted->begin(), wanted->end(), name) == wanted->end()) continue;
    if (schema.GetFieldIndex(name) < 0) step.outputs.push_back({field, prefixed, name});
  }
  return step;
}

}  // namespace

std::unique_ptr<OfflineStore> MakePythonOfflineStore(nb::object adapter, std::string what) {
  return std::make_unique<PythonOfflineStore>(std::move(adapter), std::move(what));
}

nb::object JobToPython(const std::shared_ptr<RetrievalJob>& job) {
  if (const auto* query = dynamic_cast<const PythonQuery*>(&job->query())) return query->job();
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
