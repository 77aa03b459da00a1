// The whole main job through the public headers: define, plan, apply, look up, retrieve, save, tear down.
#include "feast/feature_store.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/filesystem/localfs.h"
#include "arrow/io/file.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "feast/errors.h"
#include "gtest/gtest.h"
#include "parquet/arrow/writer.h"
#include "system/test_folder.h"

namespace feast {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

template <typename Builder, typename T>
std::shared_ptr<arrow::Array> Array(const std::vector<T>& values) {
  Builder builder;
  EXPECT_TRUE(builder.AppendValues(values).ok());
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> Hours(const std::vector<int64_t>& hours) {
  std::vector<int64_t> micros;
  for (int64_t hour : hours) micros.push_back(hour * 3'600'000'000);
  return Array<arrow::Int64Builder>(micros)->View(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")).ValueOrDie();
}

Field MakeField(const std::string& name, ValueType type) { return {.name = name, .type = Type::Of(type)}; }

ApplyOptions WholeProject() {
  ApplyOptions options;
  options.whole_project = true;
  return options;
}

/// conv_rate doubled, plus a value of the request: a transformation written in C++.
class Boost : public Transformation {
 public:
  Boost() {
    name = "boost";
    mode = "native";
  }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const override {
    const auto& rates = static_cast<const arrow::DoubleArray&>(*input->GetColumnByName("conv_rate"));
    const auto& added = static_cast<const arrow::Int64Array&>(*input->GetColumnByName("val_to_add"));
    arrow::DoubleBuilder builder;
    for (int64_t i = 0; i < input->num_rows(); ++i) {
      ARROW_RETURN_NOT_OK(rates.IsNull(i) ? builder.AppendNull() : builder.Append(2 * rates.Value(i) + added.Value(i)));
    }
    ARROW_ASSIGN_OR_RAISE(auto boosted, builder.Finish());
    return arrow::RecordBatch::Make(arrow::schema({arrow::field("boosted", arrow::float64())}), input->num_rows(),
                                    {boosted});
  }
};

class FeatureStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "data");
    const auto schema =
        arrow::schema({arrow::field("driver_id", arrow::int64()), arrow::field("event_timestamp", Hours({0})->type()),
                       arrow::field("conv_rate", arrow::float64()), arrow::field("trips", arrow::int64())});
    const auto table =
        arrow::Table::Make(schema, {Array<arrow::Int64Builder>(std::vector<int64_t>{1, 2, 1}), Hours({1, 2, 5}),
                                    Array<arrow::DoubleBuilder>(std::vector<double>{0.5, 0.25, 0.75}),
                                    Array<arrow::Int64Builder>(std::vector<int64_t>{10, 20, 11})});
    auto file = arrow::io::FileOutputStream::Open(folder_ / "data/stats.parquet").ValueOrDie();
    ASSERT_TRUE(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), file).ok());
    ASSERT_TRUE(file->Close().ok());

    RepoConfig config = RepoConfig::Parse(
                            "project: rides\nprovider: local\nregistry: data/registry.db\nonline_store: null\n"
                            "offline_store:\n  type: file\n",
                            "feature_store.yaml", folder_)
                            .ValueOrDie();
    store_ = FeatureStore::Open(config).ValueOrDie();

    auto driver = std::make_shared<Entity>();
    driver->name = "driver";
    driver->join_key = "driver_id";
    driver->value_type = ValueType::kInt64;
    auto source = std::make_shared<FileSource>();
    source->name = "stats_source";
    source->path = "data/stats.parquet";
    source->timestamp_field = "event_timestamp";
    auto stats = std::make_shared<FeatureView>();
    stats->name = "stats";
    stats->entities = {"driver"};
    stats->features = {MakeField("conv_rate", ValueType::kDouble), MakeField("trips", ValueType::kInt64)};
    stats->batch_source = source;
    stats->ttl = std::chrono::hours(3);
    stats->tags = {{"team", "rides"}};
    auto request = std::make_shared<RequestSource>();
    request->name = "request";
    request->schema = {MakeField("val_to_add", ValueType::kInt64)};
    auto boost = std::make_shared<OnDemandFeatureView>();
    boost->name = "boost";
    boost->mode = "native";
    boost->features = {MakeField("boosted", ValueType::kFloat)};
    FeatureViewProjection input;
    input.name = "stats";
    boost->sources = {{"stats", input}, {"request", request}};
    boost->transformation = std::make_shared<Boost>();
    auto service = std::make_shared<FeatureService>();
    service->name = "model_v1";
    FeatureViewProjection chosen;
    chosen.name = "stats";
    chosen.features = {MakeField("conv_rate", ValueType::kDouble)};
    service->features = {chosen};
    definitions_.entities = {driver};
    definitions_.data_sources = {source};
    definitions_.feature_views = {stats};
    definitions_.on_demand_feature_views = {boost};
    definitions_.feature_services = {service};
  }
  void Apply() { ASSERT_TRUE(store_->Apply(definitions_, WholeProject()).ok()); }

  static HistoricalRequest Request(const Names& features) {
    HistoricalRequest request;
    request.features = features;
    request.entity_rows = arrow::Table::Make(
        arrow::schema({arrow::field("driver_id", arrow::int64()), arrow::field("event_timestamp", Hours({0})->type()),
                       arrow::field("val_to_add", arrow::int64())}),
        {Array<arrow::Int64Builder>(std::vector<int64_t>{2, 1, 1, 3}), Hours({9, 6, 4, 4}),
         Array<arrow::Int64Builder>(std::vector<int64_t>{1, 2, 3, 4})});
    return request;
  }

  std::shared_ptr<arrow::Table> Retrieve(const HistoricalRequest& request) {
    auto job = store_->GetHistoricalFeatures(request);
    EXPECT_TRUE(job.ok()) << job.status().ToString();
    if (!job.ok()) return nullptr;
    auto table = (*job)->ToTable();
    EXPECT_TRUE(table.ok()) << table.status().ToString();
    return table.ok() ? (*table)->CombineChunks().ValueOrDie() : nullptr;
  }

  template <typename ArrayType>
  static const ArrayType& Column(const arrow::Table& table, const std::string& name) {
    return static_cast<const ArrayType&>(*table.GetColumnByName(name)->chunk(0));
  }

  TestFolder temporary_;
  const fs::path folder_ = temporary_.path();
  Definitions definitions_;
  std::shared_ptr<FeatureStore> store_;
};

TEST_F(FeatureStoreTest, PlansAppliesAndPlansNothing) {
  const Plan plan = store_->MakePlan(definitions_, WholeProject()).ValueOrDie();
  EXPECT_FALSE(plan.empty());
  EXPECT_FALSE(fs::exists(folder_ / "data/registry.db")) << "planning changes nothing";
  Apply();
  EXPECT_TRUE(store_->MakePlan(definitions_, WholeProject()).ValueOrDie().empty());
}

TEST_F(FeatureStoreTest, AppliesInTwoStepsAndFromAFile) {
  const PreparedPlan prepared = store_->Prepare(definitions_, WholeProject()).ValueOrDie();
  EXPECT_EQ(prepared.definitions().feature_views.at(0)->entity_columns.at(0).name, "driver_id") << "resolved";
  const PreparedPlan opened = store_->OpenPlan(store_->SavePlan(prepared), "plan.bin").ValueOrDie();
  EXPECT_EQ(opened.plan().Summary(), prepared.plan().Summary());
  EXPECT_EQ(store_->Commit(opened, {}).ValueOrDie().Summary(), prepared.plan().Summary());
  EXPECT_TRUE(store_->MakePlan(definitions_, WholeProject()).ValueOrDie().empty());
  EXPECT_TRUE(store_->Commit(opened, {}).status().IsInvalid()) << "the registry is another by now";
}

TEST_F(FeatureStoreTest, ComparesWithAnotherRegistry) {
  Apply();
  const std::string registry = folder_ / "data/registry.db";
  EXPECT_TRUE(store_->MakePlanAgainst(definitions_, registry, WholeProject()).ValueOrDie().empty());
  definitions_.feature_services.clear();
  const Plan plan = store_->MakePlanAgainst(definitions_, registry, WholeProject()).ValueOrDie();
  EXPECT_EQ(plan.counts().remove, 1);
  EXPECT_EQ(plan.against, registry);
  const arrow::Status absent = store_->MakePlanAgainst(definitions_, "no-such-thing", WholeProject()).status();
  EXPECT_TRUE(absent.message().starts_with("Cannot compare with 'no-such-thing': ")) << absent;
}

TEST_F(FeatureStoreTest, LooksUp) {
  Apply();
  EXPECT_EQ(store_->GetEntity("driver").ValueOrDie()->join_key, "driver_id");
  EXPECT_EQ(store_->GetFeatureView("stats").ValueOrDie()->features.size(), 2u);
  EXPECT_EQ(store_->GetFeatureService("model_v1").ValueOrDie()->features.at(0).features.size(), 1u);
  EXPECT_EQ(store_->GetOnDemandFeatureView("boost").ValueOrDie()->name, "boost");
  EXPECT_EQ(store_->GetDataSource("stats_source").ValueOrDie()->timestamp_field, "event_timestamp");
  EXPECT_EQ(store_->GetProject("rides").ValueOrDie()->name, "rides");
  const Definitions all = store_->List().ValueOrDie();
  EXPECT_EQ(all.entities.size(), 1u) << "without the dummy entity";
  EXPECT_EQ(all.feature_views.size(), 1u);
  EXPECT_EQ(store_->List(true, {{"team", "rides"}}).ValueOrDie().feature_views.size(), 1u);
  EXPECT_TRUE(store_->List(true, {{"team", "other"}}).ValueOrDie().feature_views.empty());
  EXPECT_EQ(store_->ListProjects().ValueOrDie().size(), 1u);
}

TEST_F(FeatureStoreTest, WhatIsLookedUpIsTheCallersOwn) {
  Apply();
  for (int round = 0; round < 2; ++round) {
    const auto view = store_->GetFeatureView("stats").ValueOrDie();
    ASSERT_EQ(view->features.size(), 2u);
    ASSERT_EQ(static_cast<FileSource&>(*view->batch_source).path, "data/stats.parquet");
    ASSERT_EQ(store_->GetEntity("driver").ValueOrDie()->join_key, "driver_id");
    ASSERT_EQ(store_->List().ValueOrDie().feature_views[0]->features.size(), 2u);
    ASSERT_TRUE(Retrieve(Request({"stats:trips"})));
    // Changes of what was handed out stay with it.
    view->features.clear();
    view->enabled = false;
    static_cast<FileSource&>(*view->batch_source).path = "elsewhere";
    store_->GetEntity("driver").ValueOrDie()->join_key = "other";
    const Definitions listed = store_->List().ValueOrDie();
    listed.feature_views[0]->features.clear();
    static_cast<FileSource&>(*listed.data_sources[0]).path = "elsewhere";
  }
}

TEST_F(FeatureStoreTest, ManyThreadsReadWhileAnotherApplies) {
  constexpr int kReaders = 4, kApplies = 12;
  Apply();
  std::atomic<bool> done = false;
  std::atomic<int> reads = 0;
  const auto read = [&](int reader) {
    int64_t seen = -1;
    while (!done) {
      const auto view = store_->GetFeatureView("stats", /*allow_cache=*/reader % 2 == 0);
      ASSERT_TRUE(view.ok()) << view.status().ToString();
      const int64_t ttl = (*view)->ttl->count();
      ASSERT_GE(ttl, seen) << "an older registry after a newer one";
      seen = ttl;
      ASSERT_EQ(store_->List().ValueOrDie().feature_views.size(), 1u);
      ASSERT_TRUE(store_->GetFeatureService("model_v1").ok());
      const auto job = store_->GetHistoricalFeatures(Request({"stats:trips"}));
      ASSERT_TRUE(job.ok()) << job.status().ToString();
      const auto rows = (*job)->ToTable();
      ASSERT_TRUE(rows.ok()) << rows.status().ToString();
      ASSERT_EQ((*rows)->num_rows(), 4);
      ++reads;
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) readers.emplace_back(read, i);
  for (int i = 1; i <= kApplies; ++i) {
    definitions_.feature_views[0]->ttl = std::chrono::hours(3 + i);
    const auto applied = store_->Apply(definitions_, WholeProject());
    ASSERT_TRUE(applied.ok()) << applied.status().ToString();
    EXPECT_EQ(store_->GetFeatureView("stats").ValueOrDie()->ttl, std::chrono::hours(3 + i)) << "its own commit";
  }
  while (reads < kReaders && !HasFailure()) std::this_thread::yield();
  done = true;
  for (auto& reader : readers) reader.join();
}

TEST_F(FeatureStoreTest, WhatIsNotThereHasFeastsErrorClass) {
  Apply();
  EXPECT_EQ(ErrorClass(store_->GetEntity("drivers").status()), "EntityNotFoundException");
  EXPECT_NE(store_->GetEntity("drivers").status().message().find("Did you mean 'driver'?"), std::string::npos);
  EXPECT_EQ(ErrorClass(store_->GetFeatureView("x").status()), "FeatureViewNotFoundException");
  EXPECT_EQ(ErrorClass(store_->GetStreamFeatureView("x").status()), "FeatureViewNotFoundException");
  EXPECT_EQ(ErrorClass(store_->GetOnDemandFeatureView("x").status()), "OnDemandFeatureViewNotFoundException");
  EXPECT_EQ(ErrorClass(store_->GetFeatureService("x").status()), "FeatureServiceNotFoundException");
  EXPECT_EQ(ErrorClass(store_->GetDataSource("x").status()), "DataSourceObjectNotFoundException");
  EXPECT_EQ(ErrorClass(store_->GetSavedDataset("x").status()), "SavedDatasetNotFound");
  EXPECT_EQ(ErrorClass(store_->GetProject("x").status()), "ProjectObjectNotFoundException");
  EXPECT_EQ(ErrorClass(store_->DeleteFeatureView("x")), "FeatureViewNotFoundException");
  EXPECT_EQ(ErrorClass(store_->DeleteFeatureService("x")), "FeatureServiceNotFoundException");
}

TEST_F(FeatureStoreTest, RetrievesPointInTime) {
  Apply();
  const auto table = Retrieve(Request({"stats:trips", "stats:conv_rate"}));
  ASSERT_TRUE(table);
  EXPECT_EQ(table->ColumnNames(), (Names{"driver_id", "event_timestamp", "val_to_add", "trips", "conv_rate"}));
  const auto& trips = Column<arrow::Int64Array>(*table, "trips");
  EXPECT_TRUE(trips.IsNull(0)) << "older than the TTL";
  EXPECT_EQ(trips.Value(1), 11);
  EXPECT_EQ(trips.Value(2), 10);
  EXPECT_TRUE(trips.IsNull(3)) << "unknown driver";
}

TEST_F(FeatureStoreTest, FunctionWrittenInCpp) {
  Apply();
  const HistoricalRequest request = Request({"boost:boosted", "stats:trips"});
  // What the registry holds is a name; the function lives in this program.
  const auto unknown = store_->GetHistoricalFeatures(request).status();
  EXPECT_TRUE(unknown.IsNotImplemented());
  EXPECT_NE(unknown.message().find("RegisterTransformation"), std::string::npos);
  RegisterTransformation(std::make_shared<Boost>());
  const auto table = Retrieve(request);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->ColumnNames(), (Names{"driver_id", "event_timestamp", "val_to_add", "trips", "boosted"}));
  const auto& boosted = Column<arrow::FloatArray>(*table, "boosted");
  EXPECT_TRUE(boosted.IsNull(0));
  EXPECT_EQ(boosted.Value(1), 2 * 0.75f + 2);
}

TEST_F(FeatureStoreTest, Service) {
  Apply();
  HistoricalRequest request = Request({});
  request.feature_service = store_->GetFeatureService("model_v1").ValueOrDie();
  request.full_feature_names = true;
  const auto table = Retrieve(request);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->ColumnNames(), (Names{"driver_id", "event_timestamp", "val_to_add", "stats__conv_rate"}));
}

TEST_F(FeatureStoreTest, JobOutlivesItsStore) {
  Apply();
  const auto job = store_->GetHistoricalFeatures(Request({"stats:trips"})).ValueOrDie();
  store_.reset();
  EXPECT_EQ(job->ToTable().ValueOrDie()->num_rows(), 4);
}

TEST_F(FeatureStoreTest, EntityRowsFromAFileAndFromARange) {
  Apply();
  const fs::path rows = folder_ / "rows.parquet";
  ASSERT_TRUE(store_->GetHistoricalFeatures(Request({"stats:trips"})).ValueOrDie()->WriteParquet(rows).ok());
  HistoricalRequest request;
  request.features = {"stats:conv_rate"};
  request.entity_rows = EntityFile{rows.string()};
  const auto from_file = Retrieve(request);
  ASSERT_TRUE(from_file);
  EXPECT_EQ(from_file->num_rows(), 4);
  request.entity_rows = EntityRange{Timestamp(std::chrono::hours(0)), Timestamp(std::chrono::hours(6))};
  const auto from_range = Retrieve(request);
  ASSERT_TRUE(from_range);
  EXPECT_EQ(from_range->num_rows(), 2) << "drivers 1 and 2";
}

TEST_F(FeatureStoreTest, SavesAndReadsADataset) {
  Apply();
  auto job = store_->GetHistoricalFeatures(Request({"stats:trips"})).ValueOrDie();
  SavedDataset dataset;
  dataset.name = "training";
  EXPECT_TRUE(store_->CreateSavedDataset(*job, dataset).status().IsInvalid()) << "no storage";
  auto storage = std::make_shared<FileSource>();
  storage->path = (folder_ / "training.parquet").string();
  dataset.storage = storage;
  const auto created = store_->CreateSavedDataset(*job, dataset);
  ASSERT_TRUE(created.ok()) << created.status().ToString();
  EXPECT_EQ((*created)->join_keys, Names{"driver_id"}) << "not val_to_add";
  const auto found = store_->GetSavedDataset("training", false).ValueOrDie();
  EXPECT_EQ(found->features, Names{"stats:trips"});
  EXPECT_EQ(found->min_event_timestamp.time_since_epoch(), std::chrono::hours(4));
  const auto read = store_->ReadSavedDataset(*found).ValueOrDie()->ToTable();
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ((*read)->num_rows(), 4);
  EXPECT_EQ(ErrorClass(store_->CreateSavedDataset(*job, dataset).status()), "SavedDatasetLocationAlreadyExists");
  EXPECT_TRUE(store_->CreateSavedDataset(*job, dataset, true).ok());
}

TEST_F(FeatureStoreTest, DeletesAndTearsDown) {
  Apply();
  ASSERT_TRUE(store_->DeleteFeatureService("model_v1").ok());
  ASSERT_TRUE(store_->DeleteFeatureView("boost").ok());
  EXPECT_FALSE(store_->GetFeatureService("model_v1", false).ok());
  EXPECT_FALSE(store_->GetOnDemandFeatureView("boost", false).ok());
  EXPECT_TRUE(store_->GetFeatureView("stats", false).ok());
  ASSERT_TRUE(store_->Teardown().ok());
  EXPECT_FALSE(fs::exists(folder_ / "data/registry.db"));
}

TEST_F(FeatureStoreTest, StoreThatIsNotBuiltInFailsAtUse) {
  RepoConfig config = store_->config();
  config.offline_store = {};
  config.offline_store.type = "bigquery";
  Apply();
  const auto store = FeatureStore::Open(config).ValueOrDie();
  EXPECT_TRUE(store->GetFeatureView("stats").ok());
  const auto status = store->GetHistoricalFeatures(Request({"stats:trips"})).status();
  EXPECT_TRUE(status.IsNotImplemented());
  EXPECT_NE(status.message().find("bigquery"), std::string::npos);
  config.provider = "nowhere";
  EXPECT_EQ(ErrorClass(FeatureStore::Open(config).status()), "FeastProviderNotImplementedError");
}

}  // namespace
}  // namespace feast
