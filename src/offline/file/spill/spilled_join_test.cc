// Requests beyond the memory limit: what is left behind, what a full disk says, what is read how often.
#include "offline/file/spill/spilled_join.h"

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>

#include "arrow/array/builder_primitive.h"
#include "arrow/record_batch.h"
#include "feast/call_context.h"
#include "offline/file/entities/entity_sides.h"
#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

constexpr int64_t kRows = 20'000;

/// Sets an environment variable and takes it back.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;

 private:
  std::string name_;
};

std::shared_ptr<arrow::Table> Numbers(const std::string& time_column, int64_t rows) {
  arrow::Int64Builder keys, times;
  for (int64_t row = 0; row < rows; ++row) EXPECT_TRUE(keys.Append(row % 997).ok() && times.Append(row).ok());
  const auto key = keys.Finish().ValueOrDie(), time = times.Finish().ValueOrDie();
  return arrow::Table::Make(arrow::schema({arrow::field("driver", arrow::int64()), arrow::field(time_column, kSeconds),
                                           arrow::field("value", arrow::int64())}),
                            {key, time->View(kSeconds).ValueOrDie(), time});
}

class SpilledJoinTest : public testing::Test {
 protected:
  void SetUp() override {
    WriteParquetTable(*Numbers("t", kRows), folder_ / "source.parquet", 5000);
    WriteParquetTable(*Numbers("event_timestamp", kRows), folder_ / "entities.parquet", 3000);
    spill_ = folder_.path() + "/spill";
    std::filesystem::create_directory(spill_);
    setenv("TMPDIR", spill_.c_str(), 1);
  }
  void TearDown() override { unsetenv("TMPDIR"); }

  std::shared_ptr<Query> MakeQuery(int views = 1, int features = 1) {
    std::vector<ViewRequest> asked;
    for (int i = 0; i < views; ++i) {
      asked.push_back(ViewOf(folder_ / "source.parquet", "driver", {"value"}));
      asked.back().features[0].output_name = "value_" + std::to_string(i);
      for (int k = 1; k < features; ++k) {
        asked.back().features.push_back({"value", "again_" + std::to_string(k), Type()});
      }
    }
    ResolvedRequest request = RequestFor(nullptr, std::move(asked));
    request.entity_rows = EntityFile{folder_ / "entities.parquet"};
    return FileStore()->PointInTime(request).ValueOrDie();
  }
  std::ptrdiff_t FilesLeft() const { return std::distance(std::filesystem::directory_iterator(spill_), {}); }

  TemporaryFolder folder_;
  std::string spill_;
  const Variable limit_{"FEAST_MEMORY_LIMIT", "300KB"};
};

TEST_F(SpilledJoinTest, GivesEveryRowInOrder) {
  const auto table = ToTable(*MakeQuery(2), 777).ValueOrDie();
  ASSERT_EQ(table->num_rows(), kRows);
  const auto times = arrow::Concatenate(table->GetColumnByName("value")->chunks()).ValueOrDie();
  for (const char* column : {"value_0", "value_1"}) {
    const auto values = arrow::Concatenate(table->GetColumnByName(column)->chunks()).ValueOrDie();
    EXPECT_TRUE(values->Equals(*times)) << column;
  }
}

TEST_F(SpilledJoinTest, FilesHaveNoNamesAndEndWithTheReader) {
  auto reader = MakeQuery()->Run({.batch_rows = 100}).ValueOrDie();
  ASSERT_NE(reader->Next().ValueOrDie(), nullptr);
  EXPECT_EQ(FilesLeft(), 0);
  const auto open_files = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
  const std::ptrdiff_t before = open_files();
  reader.reset();
  // One of keys, one of features.
  EXPECT_LE(open_files(), before - 2);
}

TEST_F(SpilledJoinTest, AFullDiskIsNamedAndLeavesNothing) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit was{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &was), 0);
  // Room for a part of the keys; for those and a part of the features.
  for (const rlim_t bytes : {rlim_t{20'000}, rlim_t{1'000'000}}) {
    const rlimit small{bytes, was.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto read = ToTable(*MakeQuery(1, 10), 1000);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &was), 0);
    EXPECT_TRUE(read.status().IsIOError()) << read.status().ToString();
    EXPECT_NE(Error(read).find("'" + spill_ + "'"), std::string::npos) << Error(read);
    EXPECT_NE(Error(read).find("FEAST_MEMORY_LIMIT"), std::string::npos);
    EXPECT_EQ(FilesLeft(), 0);
  }
  // With room again, all is well.
  EXPECT_EQ(ToTable(*MakeQuery(), 1000).ValueOrDie()->num_rows(), kRows);
}

TEST_F(SpilledJoinTest, AMissingTemporaryFolderIsNamed) {
  const Variable nowhere("TMPDIR", folder_.path() + "/nowhere");
  const auto read = ToTable(*MakeQuery(), 1000);
  EXPECT_NE(Error(read).find("/nowhere'"), std::string::npos) << Error(read);
  setenv("TMPDIR", spill_.c_str(), 1);
}

TEST_F(SpilledJoinTest, CancellingEndsItAndLeavesNothing) {
  for (const int64_t at : {int64_t{1}, kRows, 5 * kRows}) {
    std::stop_source stop;
    const auto run = MakeQuery()->Run({.batch_rows = 1000,
                                       .progress =
                                           [&](int64_t done, int64_t) {
                                             if (done >= at) stop.request_stop();
                                           },
                                       .context = {.stop = stop.get_token()}});
    EXPECT_TRUE(run.status().IsCancelled()) << run.status().ToString();
    EXPECT_EQ(FilesLeft(), 0);
  }
  // In the middle of what goes out.
  std::stop_source stop;
  const auto reader = MakeQuery()->Run({.batch_rows = 1000, .context = {.stop = stop.get_token()}}).ValueOrDie();
  ASSERT_TRUE(reader->Next().ok());
  stop.request_stop();
  EXPECT_TRUE(reader->Next().status().IsCancelled());
}

TEST_F(SpilledJoinTest, ASourceIsReadOnceForAllItsViews) {
  const Variable enough("FEAST_MEMORY_LIMIT", "1GB");
  const auto rows_read = [&](int views) {
    int64_t rows = 0;
    EXPECT_TRUE(
        MakeQuery(views)->Run({.batch_rows = 1000, .progress = [&](int64_t done, int64_t) { rows = done; }}).ok());
    return rows;
  };
  EXPECT_EQ(rows_read(1), 2 * kRows);  // keys and times, then features
  EXPECT_EQ(rows_read(3), rows_read(1));
  setenv("FEAST_MEMORY_LIMIT", "300KB", 1);
}

TEST_F(SpilledJoinTest, ViewsOfTheSameKeysShareTheGroupedRows) {
  std::vector<ViewRequest> views(3, ViewOf(folder_ / "source.parquet", "driver", {"value"}));
  views[2].join_keys[0].source_column = "value";
  views[2].join_keys[0].entity_column = "value";
  const auto sources = ViewSource::OpenAll(views, RepoConfig()).ValueOrDie();
  EXPECT_EQ(&sources[0].reader(), &sources[2].reader());
  const EntityFrame rows = EntityFrame::Make(Numbers("event_timestamp", 10), "", RepoConfig()).ValueOrDie();
  EntitySides sides;
  for (const ViewSource& source : sources) sides.Expect(source, rows);
  const auto first = sides.For(sources[0], rows).ValueOrDie();
  EXPECT_EQ(sides.For(sources[1], rows).ValueOrDie(), first);
  EXPECT_NE(sides.For(sources[2], rows).ValueOrDie(), first);
  // Nobody was expected to ask again, so nothing was kept.
  EXPECT_EQ(first.use_count(), 1);
}

}  // namespace
}  // namespace feast
