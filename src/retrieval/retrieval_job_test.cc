#include "feast/retrieval_job.h"

#include <signal.h>
#include <sys/resource.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/filesystem/localfs.h"
#include "arrow/io/file.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "feast/definitions.h"
#include "gtest/gtest.h"
#include "parquet/arrow/reader.h"
#include "retrieval/fake_offline_store.h"
#include "retrieval/retrieval_steps.h"
#include "system/test_folder.h"
#include "transform/declared_type.h"
#include "transform/runner.h"

namespace feast {
namespace {

namespace fs = std::filesystem;
using Batch = std::shared_ptr<arrow::RecordBatch>;
using Function = std::function<arrow::Result<Batch>(const Batch&)>;

class LambdaTransformation : public Transformation {
 public:
  explicit LambdaTransformation(Function function) : function_(std::move(function)) {}
  arrow::Result<Batch> Apply(const Batch& input) const override { return function_(input); }

 private:
  Function function_;
};

Batch OneColumn(const std::string& name, std::shared_ptr<arrow::Array> array) {
  const auto schema = arrow::schema({arrow::field(name, array->type())});
  const int64_t rows = array->length();
  return arrow::RecordBatch::Make(schema, rows, {std::move(array)});
}

class RetrievalJobTest : public testing::Test {
 protected:
  static constexpr int64_t kRows = 1000;

  RetrievalJobTest() {
    arrow::Int64Builder builder;
    for (int64_t i = 0; i < kRows; ++i) EXPECT_TRUE(builder.Append(i).ok());
    const auto ids = builder.Finish().ValueOrDie();
    const auto time = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    request_.entity_rows =
        arrow::Table::Make(arrow::schema({arrow::field("id", arrow::int64()), arrow::field("event_timestamp", time)}),
                           {ids, ids->View(time).ValueOrDie()});
    ViewRequest view;
    view.features = {{"a", "a", {}}, {"b", "hidden", {}}};
    request_.views = {view};
    steps_->offline = offline_;
    steps_->feature_columns = {"a", "hidden"};
    steps_->hidden_columns = {"hidden"};
  }

  void AddStep(Function function, ValueType type = ValueType::kDouble) {
    OnDemandStep step;
    step.view = std::make_shared<OnDemandFeatureView>();
    step.view->name = "computed";
    step.transformation = std::make_shared<LambdaTransformation>(std::move(function));
    step.inputs = {{"a", {"a", "view__a"}}, {"hidden", {"b", "view__b"}}};
    step.outputs = {{{.name = "x", .type = Type::Of(type)}, "computed__x", "x"}};
    steps_->on_demand.push_back(std::move(step));
  }

  std::shared_ptr<RetrievalJob> Job() {
    steps_->query = std::make_shared<FakeQuery>(request_);
    return MakeRetrievalJob(steps_);
  }

  /// What ToTable says when the function returns `array` for every batch.
  arrow::Status StatusFor(std::shared_ptr<arrow::Array> array, ValueType type = ValueType::kDouble) {
    steps_->on_demand.clear();
    AddStep([array](const Batch&) { return OneColumn("x", array); }, type);
    return Job()->ToTable().status();
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
    return names;
  }

  TestFolder temporary_;
  const fs::path folder_ = temporary_.path();
  ResolvedRequest request_;
  std::shared_ptr<FakeOfflineStore> offline_ = std::make_shared<FakeOfflineStore>();
  std::shared_ptr<RetrievalSteps> steps_ = std::make_shared<RetrievalSteps>();
};

using Names = std::vector<std::string>;

TEST_F(RetrievalJobTest, DropsHiddenColumnsAndAddsOutputs) {
  AddStep([](const Batch& input) {
    EXPECT_EQ(input->schema()->field_names(), (Names{"a", "view__a", "b", "view__b", "id", "event_timestamp"}));
    return OneColumn("x", input->GetColumnByName("b"));
  });
  const auto table = Job()->ToTable().ValueOrDie();
  EXPECT_EQ(table->ColumnNames(), (Names{"id", "event_timestamp", "a", "x"}));
  EXPECT_TRUE(table->column(3)->type()->Equals(arrow::float64())) << "cast to the declared type";
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*table->column(3)->chunk(0)).Value(3), 203.0);
  EXPECT_TRUE(table->ValidateFull().ok());
}

TEST_F(RetrievalJobTest, StreamsInBatchesAndMayBeRunAgain) {
  std::vector<int64_t> sizes;
  AddStep([&](const Batch& input) {
    sizes.push_back(input->num_rows());
    return OneColumn("computed__x", input->GetColumnByName("a"));
  });
  steps_->on_demand[0].view->tags[kStreamingTag] = "true";
  auto job = Job();
  for (int run = 0; run < 2; ++run) {
    auto reader = job->ToReader(300).ValueOrDie();
    EXPECT_EQ(reader->schema()->field_names(), (Names{"id", "event_timestamp", "a", "x"}));
    EXPECT_EQ(reader->ToTable().ValueOrDie()->num_rows(), kRows);
  }
  EXPECT_EQ(sizes, (std::vector<int64_t>{300, 300, 300, 100, 300, 300, 300, 100}));
  EXPECT_TRUE(job->ToReader(0).status().IsInvalid());
}

TEST_F(RetrievalJobTest, FunctionThatMayLookAtOtherRowsGetsThemAllAtOnce) {
  std::vector<int64_t> sizes;
  AddStep([&](const Batch& input) {
    sizes.push_back(input->num_rows());
    return OneColumn("x", input->GetColumnByName("a"));
  });
  auto job = Job();
  const auto reader = job->ToReader(300).ValueOrDie();
  EXPECT_TRUE(sizes.empty()) << "not before the first read";
  std::vector<int64_t> batches;
  for (Batch batch; reader->ReadNext(&batch).ok() && batch;) batches.push_back(batch->num_rows());
  EXPECT_EQ(batches, (std::vector<int64_t>{300, 300, 300, 100}));
  EXPECT_EQ(job->WriteParquet(folder_ / "all.parquet").ValueOrDie(), kRows);
  EXPECT_EQ(sizes, (std::vector<int64_t>{kRows, kRows}));
}

TEST_F(RetrievalJobTest, WhatIsRowByRowMayComeInBatches) {
  OnDemandFeatureView view;
  view.mode = "python";
  const auto schema = arrow::schema({arrow::field("a", arrow::int64()), arrow::field("f", arrow::float64())});
  const auto is_row_by_row = [&](const std::string& text, const std::string& mode) {
    view.mode = mode;
    view.transformation = std::make_shared<LambdaTransformation>([](const Batch& input) { return input; });
    view.transformation->mode = mode;
    view.transformation->source_text = text;
    return IsRowByRow(view, *schema);
  };
  EXPECT_TRUE(is_row_by_row("def g(i):\n  return {'x': [v + 1 for v in i['a']]}\n", "python"));
  EXPECT_FALSE(is_row_by_row("def g(i):\n  return {'x': [v + sum(i['a']) for v in i['a']]}\n", "python"));
  EXPECT_TRUE(is_row_by_row("def g(i):\n  return pd.DataFrame({'x': i['f'] + 1})\n", "pandas"));
  // A null anywhere makes floats of whole numbers.
  EXPECT_FALSE(is_row_by_row("def g(i):\n  return pd.DataFrame({'x': i['a'] + 1})\n", "pandas"));
  EXPECT_FALSE(is_row_by_row("def g(i):\n  return pd.DataFrame({'x': i['f'].rank()})\n", "pandas"));
  EXPECT_FALSE(is_row_by_row("@cached\ndef g(i):\n  return pd.DataFrame({'x': i['f'] + 1})\n", "pandas"));
  view.singleton = true;
  EXPECT_TRUE(is_row_by_row("def g(i):\n  return anything(i)\n", "python"));
}

TEST_F(RetrievalJobTest, ReaderOutlivesItsJob) {
  AddStep([](const Batch& input) { return OneColumn("x", input->GetColumnByName("a")); });
  auto job = Job();
  auto reader = job->ToReader().ValueOrDie();
  job.reset();
  steps_.reset();
  EXPECT_EQ(reader->ToTable().ValueOrDie()->num_rows(), kRows);
}

TEST_F(RetrievalJobTest, NoRowsNeedNoFunction) {
  request_.entity_rows = std::get<std::shared_ptr<arrow::Table>>(request_.entity_rows)->Slice(0, 0);
  AddStep([](const Batch&) -> arrow::Result<Batch> { return arrow::Status::Invalid("called"); });
  const auto table = Job()->ToTable().ValueOrDie();
  EXPECT_EQ(table->ColumnNames(), (Names{"id", "event_timestamp", "a", "x"}));
  EXPECT_EQ(table->num_rows(), 0);
}

TEST_F(RetrievalJobTest, WrongOutputsAreSaid) {
  AddStep([](const Batch& input) { return OneColumn("y", input->column(0)); });
  const auto missing = Job()->ToTable().status();
  EXPECT_TRUE(missing.IsInvalid());
  EXPECT_NE(missing.message().find("'computed' returned no column 'x' (it returned: y)"), std::string::npos)
      << missing.message();

  steps_->on_demand.clear();
  AddStep([](const Batch& input) { return OneColumn("x", input->column(0)->Slice(1)); });
  EXPECT_NE(Job()->ToTable().status().message().find("999 rows for 1000"), std::string::npos);

  steps_->on_demand.clear();
  AddStep([](const Batch&) -> arrow::Result<Batch> { return arrow::Status::Invalid("KeyError: 'z'\nTraceback"); });
  EXPECT_EQ(Job()->ToTable().status().message(), "On-demand feature view 'computed' failed: KeyError: 'z'\nTraceback");

  arrow::StringBuilder text;
  for (int64_t i = 0; i < kRows; ++i) ASSERT_TRUE(text.Append("text").ok());
  const auto type = StatusFor(text.Finish().ValueOrDie());
  EXPECT_TRUE(type.IsTypeError());
  EXPECT_NE(type.message().find(
                "'x' of on-demand feature view 'computed' is declared as double, but the function returned string"),
            std::string::npos)
      << type.message();

  arrow::DoubleBuilder halves;
  for (int64_t i = 0; i < kRows; ++i) ASSERT_TRUE(halves.Append(0.5).ok());
  EXPECT_TRUE(StatusFor(halves.Finish().ValueOrDie(), ValueType::kInt64).IsTypeError());
}

TEST_F(RetrievalJobTest, DeclaredTypes) {
  const auto convert = [](const std::shared_ptr<arrow::Array>& array, const std::shared_ptr<arrow::DataType>& type) {
    return ToDeclaredType(array, type);
  };
  arrow::DoubleBuilder doubles;
  ASSERT_TRUE(doubles.AppendValues({1.0, std::nan(""), -3.0}).ok());
  const auto numbers = doubles.Finish().ValueOrDie();
  const auto integers = convert(numbers, arrow::int64()).ValueOrDie();
  EXPECT_EQ(static_cast<const arrow::Int64Array&>(*integers).Value(2), -3);
  EXPECT_TRUE(integers->IsNull(1));
  EXPECT_TRUE(convert(numbers, arrow::float32()).ok());
  EXPECT_TRUE(convert(numbers, arrow::utf8()).status().IsTypeError());
  EXPECT_TRUE(convert(numbers, arrow::boolean()).status().IsTypeError());
  EXPECT_TRUE(convert(numbers, arrow::list(arrow::float64())).status().IsTypeError());
  EXPECT_EQ(convert(std::make_shared<arrow::NullArray>(3), arrow::utf8()).ValueOrDie()->null_count(), 3);
  const auto naive = integers->View(arrow::timestamp(arrow::TimeUnit::NANO)).ValueOrDie();
  const auto micros = convert(naive, arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")).ValueOrDie();
  EXPECT_EQ(static_cast<const arrow::TimestampArray&>(*micros).Value(2), -0) << "-3 ns";
  arrow::Int64Builder large;
  ASSERT_TRUE(large.Append(int64_t{1} << 40).ok());
  EXPECT_TRUE(convert(large.Finish().ValueOrDie(), arrow::int32()).status().IsTypeError());
}

TEST_F(RetrievalJobTest, WritesAParquetFileInPlaceOfTheOld) {
  AddStep([](const Batch& input) { return OneColumn("x", input->GetColumnByName("a")); });
  const std::string path = folder_ / "out.parquet";
  std::ofstream(path) << "old";
  EXPECT_EQ(Job()->WriteParquet(path).ValueOrDie(), kRows);
  EXPECT_EQ(Job()->WriteParquet("file://" + path).ValueOrDie(), kRows);
  EXPECT_EQ(Files(), Names{"out.parquet"});
  auto reader = parquet::arrow::OpenFile(arrow::io::ReadableFile::Open(path).ValueOrDie(), arrow::default_memory_pool())
                    .ValueOrDie();
  const auto written = reader->ReadTable().ValueOrDie();
  EXPECT_TRUE(written->Equals(*Job()->ToTable().ValueOrDie()));
}

TEST_F(RetrievalJobTest, LeavesNothingBehindOnErrors) {
  int calls = 0;
  AddStep([&](const Batch& input) -> arrow::Result<Batch> {
    if (++calls > 0) return arrow::Status::Invalid("no");
    return input;
  });
  const fs::path path = folder_ / "out.parquet";
  std::ofstream(path) << "old";
  EXPECT_FALSE(Job()->WriteParquet(path).ok());
  EXPECT_EQ(Files(), Names{"out.parquet"});
  EXPECT_EQ(fs::file_size(path), 3u) << "the old file stays";
  EXPECT_FALSE(Job()->WriteParquet(folder_).ok());
  EXPECT_EQ(Files(), Names{"out.parquet"});
}

TEST_F(RetrievalJobTest, FullDiskLeavesNothingBehind) {
  // A limit on the size of files fails writes as a full disk does.
  signal(SIGXFSZ, SIG_IGN);
  rlimit old;
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit small{1000, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const arrow::Status status = Job()->WriteParquet(folder_ / "out.parquet").status();
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_TRUE(status.IsIOError()) << status.ToString();
  EXPECT_NE(status.message().find("out.parquet"), std::string::npos);
  EXPECT_TRUE(Files().empty());
}

TEST_F(RetrievalJobTest, PersistsThroughTheStore) {
  AddStep([](const Batch& input) { return OneColumn("x", input->GetColumnByName("a")); });
  ASSERT_TRUE(Job()->Persist(FileSource(), false).ok());
  EXPECT_TRUE(offline_->written->Equals(*Job()->ToTable().ValueOrDie()));
}

TEST_F(RetrievalJobTest, AServerInAUriMustBeAllowed) {
  const std::string uri = "s3://bucket/rows.parquet?endpoint_override=elsewhere.invalid";
  auto status = Job()->WriteParquet(uri).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_NE(status.message().find("`allowed_endpoints: [\"https://elsewhere.invalid\"]`"), std::string::npos) << status;
  steps_->allowed_endpoints = {"elsewhere.invalid"};
  setenv("AWS_ACCESS_KEY_ID", "key", 1);
  setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
  status = Job()->WriteParquet(uri).status();
  unsetenv("AWS_ACCESS_KEY_ID");
  unsetenv("AWS_SECRET_ACCESS_KEY");
  EXPECT_TRUE(status.IsIOError()) << status;
  EXPECT_NE(status.message().find("Cannot reach https://elsewhere.invalid"), std::string::npos) << status;
}

TEST_F(RetrievalJobTest, IsRefusedBeforeItRuns) {
  const auto query = std::make_shared<FakeQuery>(request_);
  steps_->query = query;
  const auto job = MakeRetrievalJob(steps_);
  ASSERT_TRUE(job->Persist(FileSource(), false).ok());
  EXPECT_EQ(query->runs, 1);
  EXPECT_FALSE(job->Persist(FileSource(), false).ok());
  std::ofstream(folder_ / "file") << "no folder";
  EXPECT_FALSE(job->WriteParquet(folder_ / "file/rows.parquet").ok());
  EXPECT_FALSE(job->WriteParquet(folder_).ok());
  EXPECT_EQ(query->runs, 1) << "a place that cannot be written is known before anything is computed";
  ASSERT_TRUE(job->Persist(FileSource(), true).ok());
  EXPECT_EQ(query->runs, 2);
}

TEST_F(RetrievalJobTest, AStoreMayKeepAResultItself) {
  const auto query = std::make_shared<FakeQuery>(request_);
  query->keeps_result = true;
  steps_->query = query;
  ASSERT_TRUE(MakeRetrievalJob(steps_)->Persist(FileSource(), false).ok());
  EXPECT_EQ(query->runs, 1) << "it has hidden columns";
  EXPECT_NE(offline_->written, nullptr);
  offline_->written.reset();
  steps_->hidden_columns.clear();
  ASSERT_TRUE(MakeRetrievalJob(steps_)->Persist(FileSource(), false).ok());
  EXPECT_EQ(query->runs, 1);
  EXPECT_EQ(offline_->written, nullptr);
}

TEST_F(RetrievalJobTest, ReportsProgress) {
  int64_t done = 0;
  auto job = Job();
  job->set_progress([&](int64_t rows, int64_t) { done = rows; });
  ASSERT_TRUE(job->ToTable().ok());
  EXPECT_EQ(done, kRows);
}

TEST_F(RetrievalJobTest, ReportsCountComputedNullsAndHideHiddenFeatures) {
  AddStep([](const Batch& input) { return OneColumn("x", input->GetColumnByName("a")); });
  const auto check = [](const RetrievalReport& report) {
    EXPECT_EQ(report.entity_rows, kRows);
    ASSERT_EQ(report.views.size(), 2u);
    ASSERT_EQ(report.views[0].features.size(), 1u);
    EXPECT_EQ(report.views[0].features[0].name, "a");
    EXPECT_EQ(report.views[1].name, "computed");
    EXPECT_TRUE(report.views[1].is_on_demand);
    EXPECT_EQ(report.views[1].features[0].nulls.computed, kRows / 7);
  };
  auto job = Job();
  check(job->Report().ValueOrDie());
  const auto report = std::make_shared<RetrievalReport>();
  job->set_report(report);
  // Each run makes it anew, however the rows are taken.
  for (int run = 0; run < 2; ++run) {
    ASSERT_TRUE(job->ToTable().ok());
    check(*report);
    ASSERT_TRUE(job->ToReader(300).ValueOrDie()->ToTable().ok());
    check(*report);
  }
}

TEST_F(RetrievalJobTest, ReportAsText) {
  RetrievalReport report;
  report.entity_rows = 8;
  RetrievalReport::View view;
  view.name = "stats";
  view.created_later = 2;
  view.duplicate_source_rows = 3;
  view.ties_by_created = 1;
  view.ties_by_position = 4;
  view.features = {{"trips", {1, 2, 0, 1, 0}, RetrievalReport::Ages{1.5, 2, 3, 86400}}, {"city", {}, {}}};
  RetrievalReport::View computed;
  computed.name = "sums";
  computed.is_on_demand = true;
  computed.features = {{"sum", {0, 0, 0, 0, 4}, {}}};
  report.views = {view, computed};
  EXPECT_EQ(report.ToString(),
            "8 entity rows\n"
            "view stats\n"
            "  leakage: 2 rows (25.0%) from source rows created after the entity row's time\n"
            "  duplicates: 3 source rows with the key and event timestamp of another; 1 row decided by created "
            "timestamp, 4 by position\n"
            "  trips: 50.0% null (no entity 1, nothing before 2, null in source 1); age p50 1.5 s, p90 2 s, p99 3 s, "
            "max 86400 s\n"
            "  city: 0.0% null\n"
            "on demand view sums\n"
            "  sum: 50.0% null (computed 4)\n");
}

TEST_F(RetrievalJobTest, PlanAsText) {
  ReadPlan plan;
  plan.entity_rows = 1;
  plan.views = {{"stats", {{"a.parquet", 10, 3, 3000, 1234567}, {"b.parquet", 1, 1, 5, 999}}, {"id", "x"}}};
  EXPECT_EQ(plan.ToString(),
            "1 entity row\n"
            "view stats: reads 3005 rows, 1.2 MB from 2 files\n"
            "  columns: id, x\n"
            "  a.parquet: 3 of 10 parts, 3000 rows, 1.2 MB\n"
            "  b.parquet: 1 of 1 part, 5 rows, 999 B\n");
  plan.views[0].files[1].rows.reset();
  EXPECT_NE(plan.ToString().find("view stats: reads 1.2 MB from 2 files\n"), std::string::npos) << plan.ToString();
  EXPECT_NE(plan.ToString().find("1 of 1 part, rows not known, 999 B"), std::string::npos) << plan.ToString();
}

}  // namespace
}  // namespace feast
