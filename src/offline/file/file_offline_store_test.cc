#include "arrow/record_batch.h"
#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

Timestamp At(int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

std::shared_ptr<arrow::Table> Rows() {
  return MakeTable({{"k", arrow::int64(), "[1, 2, 3, 4, 5]"}, {"t", kSeconds, "[10, 20, null, 40, 50]"}});
}

TEST(FileOfflineStore, OtherSourcesAreRefused) {
  BigQuerySource source;
  source.name = "big";
  const auto schema = FileStore()->SourceSchema(source, {});
  EXPECT_EQ(ErrorClass(schema.status()), "FeastOfflineStoreUnsupportedDataSource");
  EXPECT_NE(Error(schema).find("'big' is a BigQuerySource"), std::string::npos) << Error(schema);
  EXPECT_FALSE(FileStore()->SourceSchema(PushSource(), {}).ok());
}

TEST(FileOfflineStore, SchemaOfTheSourceBehindAPush) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet");
  PushSource push;
  push.batch_source = SourceAt(folder / "a.parquet");
  EXPECT_EQ(FileStore()->SourceSchema(push, {}).ValueOrDie()->num_fields(), 2);
}

TEST(FileOfflineStore, HasNoSql) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet");
  const auto query = FileStore()->Pull({.source = SourceAt(folder / "a.parquet")}).ValueOrDie();
  EXPECT_TRUE(query->Sql().status().IsNotImplemented());
}

TEST(Pull, RowsOfTheWindowFromTheRowGroupsThatMayHoldThem) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet", 2);
  const auto source = SourceAt(folder / "a.parquet");
  const auto store = FileStore();
  const auto pull = [&](std::optional<Timestamp> start, std::optional<Timestamp> end) {
    return store->Pull({.source = source, .columns = {"k"}, .timestamp_column = "t", .start = start, .end = end})
        .ValueOrDie();
  };
  EXPECT_EQ(Values(*ToTable(*pull(At(20), At(40))).ValueOrDie(), "k"), "[2,4]");
  EXPECT_EQ(Values(*ToTable(*pull(At(41), std::nullopt)).ValueOrDie(), "k"), "[5]");
  EXPECT_EQ(Values(*ToTable(*pull(std::nullopt, At(10))).ValueOrDie(), "k"), "[1]");
  EXPECT_EQ(Values(*ToTable(*pull(At(60), At(70))).ValueOrDie(), "k"), "[]");
  EXPECT_EQ(pull(At(41), std::nullopt)->Explain({}).ValueOrDie().views[0].files[0].parts_read, 1);
}

TEST(Pull, EverythingInBatchesAcrossFiles) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "s/a.parquet", 3);
  WriteParquetTable(*Rows(), folder / "s/b.parquet");
  const auto query = FileStore()->Pull({.source = SourceAt(folder / "s")}).ValueOrDie();
  int64_t done = 0, total = 0;
  const auto reader =
      query->Run({.batch_rows = 2, .progress = [&](int64_t d, int64_t t) { done = d, total = t; }}).ValueOrDie();
  int64_t rows = 0;
  while (const auto batch = reader->Next().ValueOrDie()) {
    EXPECT_LE(batch->num_rows(), 2);
    rows += batch->num_rows();
  }
  EXPECT_EQ(rows, 10);
  EXPECT_EQ(done, 10);
  EXPECT_EQ(total, 10);
}

TEST(Pull, UnknownColumnsAreNamed) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet");
  const auto status = [&](PullRequest request) {
    request.source = SourceAt(folder / "a.parquet");
    return ToTable(*FileStore()->Pull(request).ValueOrDie()).status();
  };
  EXPECT_TRUE(status({.columns = {"q"}, .timestamp_column = "t"}).IsKeyError());
  EXPECT_TRUE(status({.timestamp_column = "k", .start = At(1)}).IsTypeError());
}

TEST(Pull, EndsWhenAsked) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet", 1);
  const auto query = FileStore()->Pull({.source = SourceAt(folder / "a.parquet")}).ValueOrDie();
  std::stop_source stop;
  const auto reader = query->Run({.context = {.stop = stop.get_token()}}).ValueOrDie();
  ASSERT_TRUE(reader->Next().ok());
  stop.request_stop();
  EXPECT_TRUE(reader->Next().status().IsCancelled());
  EXPECT_TRUE(query->Run({.context = {.stop = stop.get_token()}}).status().IsCancelled());
  EXPECT_TRUE(query->Explain({.stop = stop.get_token()}).status().IsCancelled());
}

/// Two keys, one of them null at times, with ties in both timestamps.
std::shared_ptr<arrow::Table> Versions() {
  return MakeTable({{"k", arrow::int64(), "[1, 1, 1, 2, null, 2, 3]"},
                    {"t", kSeconds, "[10, 30, 30, 20, 99, 20, 70]"},
                    {"c", kSeconds, "[1, 3, 2, 5, 9, null, 1]"},
                    {"v", arrow::int64(), "[0, 1, 2, 3, 4, 5, 6]"}});
}

TEST(PullLatest, TheLatestRowOfEachKeyInTheWindow) {
  TemporaryFolder folder;
  for (const int64_t group_rows : {1, 3, 100}) {
    const std::string path = folder / (std::to_string(group_rows) + ".parquet");
    WriteParquetTable(*Versions(), path, group_rows);
    PullRequest request{.source = SourceAt(path),
                        .timestamp_column = "t",
                        .created_column = "c",
                        .end = At(50),
                        .latest_of_each_key = true,
                        .key_columns = {"k"}};
    const auto latest = [&] { return ToTable(*FileStore()->Pull(request).ValueOrDie()).ValueOrDie(); };
    EXPECT_EQ(latest()->ColumnNames(), (std::vector<std::string>{"k", "t", "c", "v"}));
    EXPECT_EQ(Values(*latest(), "k"), "[1,2]") << "key 3 is later, a null is no key";
    EXPECT_EQ(Values(*latest(), "v"), "[1,3]");
    request.start = At(21);
    EXPECT_EQ(Values(*latest(), "v"), "[1]");
    request.start.reset();
    request.end.reset();
    EXPECT_EQ(Values(*latest(), "v"), "[1,3,6]") << "both ends open";
    request.columns = {"v", "k"};
    EXPECT_EQ(latest()->ColumnNames(), request.columns);
    EXPECT_EQ(Values(*latest(), "v"), "[1,3,6]");
    request.start = At(1000);
    EXPECT_EQ(latest()->num_rows(), 0);
  }
}

TEST(PullLatest, OneRowOfASourceWithoutKeys) {
  TemporaryFolder folder;
  WriteParquetTable(*Versions(), folder / "a.parquet", 2);
  PullRequest request{
      .source = SourceAt(folder / "a.parquet"), .columns = {"v"}, .timestamp_column = "t", .latest_of_each_key = true};
  EXPECT_EQ(Values(*ToTable(*FileStore()->Pull(request).ValueOrDie()).ValueOrDie(), "v"), "[4]");
  request.start = At(1000);
  EXPECT_EQ(ToTable(*FileStore()->Pull(request).ValueOrDie()).ValueOrDie()->num_rows(), 0);
}

class OpenWriteTest : public testing::Test {
 protected:
  OpenWriteTest() { config_.repo_path = folder_.path(); }

  arrow::Status Open(const std::string& path, Overwrite overwrite = Overwrite::kNo) {
    return FileStore(config_)->OpenWrite(*SourceAt(path), overwrite, {}).status();
  }
  arrow::Status Write(const std::string& path, Overwrite overwrite = Overwrite::kNo) {
    ARROW_ASSIGN_OR_RAISE(const auto writer, FileStore(config_)->OpenWrite(*SourceAt(path), overwrite, {}));
    arrow::TableBatchReader rows(Rows());
    return writer->Write(rows, {}).status();
  }

  TemporaryFolder folder_;
  RepoConfig config_;
};

TEST_F(OpenWriteTest, OnceUnlessOverwritingIsAllowed) {
  std::filesystem::create_directories(folder_ / "saved");
  ASSERT_TRUE(Write("saved/rows.parquet").ok());
  EXPECT_EQ(FileStore(config_)->SourceSchema(*SourceAt("saved/rows.parquet"), {}).ValueOrDie()->num_fields(), 2);
  const arrow::Status again = Open("saved/rows.parquet");
  EXPECT_EQ(ErrorClass(again), "SavedDatasetLocationAlreadyExists");
  EXPECT_NE(again.message().find(folder_ / "saved/rows.parquet"), std::string::npos);
  EXPECT_TRUE(Write("saved/rows.parquet", Overwrite::kYes).ok());
}

TEST_F(OpenWriteTest, WhatCannotBeWrittenIsRefusedBeforeThereAreRows) {
  ASSERT_TRUE(Write("file.parquet").ok());
  const arrow::Status below_a_file = Open("file.parquet/rows.parquet");
  EXPECT_TRUE(below_a_file.IsIOError()) << below_a_file;
  EXPECT_NE(below_a_file.message().find("Cannot write '" + folder_.path() + "/file.parquet/rows.parquet'"),
            std::string::npos)
      << below_a_file;
  std::filesystem::create_directories(folder_ / "folder");
  EXPECT_TRUE(Open("folder", Overwrite::kYes).IsInvalid());
  const auto storage = SourceAt("rows.delta");
  storage->format = FileFormat::kDelta;
  EXPECT_TRUE(FileStore(config_)->OpenWrite(*storage, Overwrite::kNo, {}).status().IsNotImplemented());
}

TEST_F(OpenWriteTest, LeavesNothingUnlessItIsWritten) {
  ASSERT_TRUE(Open("rows.parquet").ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  ASSERT_TRUE(Write("rows.parquet").ok());
  EXPECT_FALSE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace feast
