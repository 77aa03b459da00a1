// A feature store in one program: define features, plan, apply, retrieve an Arrow table. No Python takes part.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arrow/api.h"
#include "arrow/io/file.h"
#include "feast/feature_store.h"
#include "parquet/arrow/writer.h"

namespace {

template <typename Builder, typename T>
arrow::Result<std::shared_ptr<arrow::Array>> MakeArray(const std::vector<T>& values) {
  Builder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(values));
  return builder.Finish();
}

/// Times given as hours since 1970.
arrow::Result<std::shared_ptr<arrow::Array>> MakeTimes(const std::vector<int64_t>& hours) {
  arrow::TimestampBuilder builder(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), arrow::default_memory_pool());
  for (int64_t hour : hours) ARROW_RETURN_NOT_OK(builder.Append(hour * 3'600'000'000));
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Table>> MakeTable(
    const std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>>& columns) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (const auto& [name, array] : columns) {
    fields.push_back(arrow::field(name, array->type()));
    arrays.push_back(array);
  }
  return arrow::Table::Make(arrow::schema(fields), arrays);
}

/// The history that features are read from: one row for each driver and hour.
arrow::Status WriteHistory(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto drivers, MakeArray<arrow::Int64Builder>(std::vector<int64_t>{1001, 1002, 1001, 1002}));
  ARROW_ASSIGN_OR_RAISE(auto times, MakeTimes({10, 10, 12, 13}));
  ARROW_ASSIGN_OR_RAISE(auto rates, MakeArray<arrow::DoubleBuilder>(std::vector<double>{0.25, 0.5, 0.75, 1.0}));
  ARROW_ASSIGN_OR_RAISE(auto table,
                        MakeTable({{"driver_id", drivers}, {"event_timestamp", times}, {"conv_rate", rates}}));
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::FileOutputStream::Open(path));
  ARROW_RETURN_NOT_OK(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), file));
  return file->Close();
}

/// A transformation written in C++: the rate in percent, plus what the request adds.
class RateInPercent : public feast::Transformation {
 public:
  RateInPercent() {
    name = "rate_in_percent";
    mode = "native";
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const override {
    const auto& rates = static_cast<const arrow::DoubleArray&>(*input->GetColumnByName("conv_rate"));
    const auto& bonus = static_cast<const arrow::Int64Array&>(*input->GetColumnByName("bonus"));
    arrow::DoubleBuilder percent;
    for (int64_t i = 0; i < input->num_rows(); ++i) {
      ARROW_RETURN_NOT_OK(rates.IsNull(i) ? percent.AppendNull()
                                          : percent.Append(100 * rates.Value(i) + bonus.Value(i)));
    }
    ARROW_ASSIGN_OR_RAISE(auto column, percent.Finish());
    return arrow::RecordBatch::Make(arrow::schema({arrow::field("percent", arrow::float64())}), input->num_rows(),
                                    {column});
  }
};

feast::Field MakeField(const std::string& name, feast::ValueType type) {
  feast::Field field;
  field.name = name;
  field.type = feast::Type::Of(type);
  return field;
}

feast::Definitions Define() {
  auto driver = std::make_shared<feast::Entity>();
  driver->name = "driver";
  driver->join_key = "driver_id";
  driver->value_type = feast::ValueType::kInt64;

  auto source = std::make_shared<feast::FileSource>();
  source->name = "driver_history";
  source->path = "driver_history.parquet";
  source->timestamp_field = "event_timestamp";

  auto stats = std::make_shared<feast::FeatureView>();
  stats->name = "driver_stats";
  stats->entities = {driver->name};
  stats->features = {MakeField("conv_rate", feast::ValueType::kDouble)};
  stats->batch_source = source;
  stats->ttl = std::chrono::hours(24);

  auto request = std::make_shared<feast::RequestSource>();
  request->name = "request";
  request->schema = {MakeField("bonus", feast::ValueType::kInt64)};

  auto percent = std::make_shared<feast::OnDemandFeatureView>();
  percent->name = "rate_in_percent";
  percent->mode = "native";
  percent->features = {MakeField("percent", feast::ValueType::kDouble)};
  feast::FeatureViewProjection input;
  input.name = stats->name;
  percent->sources = {{"driver_stats", input}, {"request", request}};
  percent->transformation = std::make_shared<RateInPercent>();

  feast::Definitions definitions;
  definitions.entities = {driver};
  definitions.data_sources = {source};
  definitions.feature_views = {stats};
  definitions.on_demand_feature_views = {percent};
  return definitions;
}

arrow::Status Run(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  ARROW_RETURN_NOT_OK(WriteHistory(folder / "driver_history.parquet"));

  ARROW_ASSIGN_OR_RAISE(auto config, feast::RepoConfig::Parse("project: rides\n"
                                                              "provider: local\n"
                                                              "registry: registry.pb\n"
                                                              "online_store: null\n",
                                                              "feature_store.yaml", folder));
  ARROW_ASSIGN_OR_RAISE(auto store, feast::FeatureStore::Open(config));

  // What would change, then the change itself.
  const feast::Definitions definitions = Define();
  feast::ApplyOptions options;
  options.whole_project = true;
  ARROW_ASSIGN_OR_RAISE(const feast::Plan plan, store->MakePlan(definitions, options));
  for (const feast::ObjectChange& change : plan.changes) {
    std::cout << "to create: " << feast::ObjectKindName(change.kind) << " " << change.name << "\n";
  }
  ARROW_RETURN_NOT_OK(store->Apply(definitions, options).status());

  // The registry holds a transformation's name; the code is this program's.
  feast::RegisterTransformation(std::make_shared<RateInPercent>());

  // Who, when, and what comes with the request.
  ARROW_ASSIGN_OR_RAISE(auto drivers, MakeArray<arrow::Int64Builder>(std::vector<int64_t>{1001, 1001, 1002}));
  ARROW_ASSIGN_OR_RAISE(auto times, MakeTimes({11, 12, 12}));
  ARROW_ASSIGN_OR_RAISE(auto bonus, MakeArray<arrow::Int64Builder>(std::vector<int64_t>{1, 2, 3}));
  feast::HistoricalRequest request;
  ARROW_ASSIGN_OR_RAISE(request.entity_rows,
                        MakeTable({{"driver_id", drivers}, {"event_timestamp", times}, {"bonus", bonus}}));
  request.features = {"driver_stats:conv_rate", "rate_in_percent:percent"};

  ARROW_ASSIGN_OR_RAISE(auto job, store->GetHistoricalFeatures(request));
  ARROW_ASSIGN_OR_RAISE(const auto table, job->ToTable());
  std::cout << table->ToString() << "\n";
  return store->Teardown();
}

}  // namespace

int main(int argc, char** argv) {
  const arrow::Status status = Run(argc > 1 ? argv[1] : "ride_features_repo");
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
