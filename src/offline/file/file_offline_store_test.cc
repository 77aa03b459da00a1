#include "arrow/record_batch.h"
#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

Timestamp At(int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

std::shared_ptr<arrow::Table> Rows() {
  return MakeTable({{"k", arrow::int64(), "[1, 2, 3, 4, 5]"}, {"t", kSeconds, "[10, 20, null, 40, 50]"}});
}

TEST(OfflineStoreTable, TypesByName) {
  for (const char* type : {"", "file", "dask", "duckdb"}) {
    RepoConfig config;
    config.offline_store.type = type;
    EXPECT_TRUE(MakeOfflineStore(config).ok()) << type;
  }
  RepoConfig config;
  config.offline_store.type = "snowflake.offline";
  const auto store = MakeOfflineStore(config);
  EXPECT_TRUE(store.status().IsNotImplemented());
  EXPECT_NE(Error(store).find("'snowflake.offline'"), std::string::npos);
}

TEST(FileOfflineStore, OtherSourcesAreRefused) {
  BigQuerySource source;
  source.name = "big";
  const auto schema = MakeFileOfflineStore(RepoConfig())->SourceSchema(source);
  EXPECT_EQ(ErrorClass(schema.status()), "FeastOfflineStoreUnsupportedDataSource");
  EXPECT_NE(Error(schema).find("'big' is a BigQuerySource"), std::string::npos) << Error(schema);
  EXPECT_FALSE(MakeFileOfflineStore(RepoConfig())->SourceSchema(PushSource()).ok());
}

TEST(FileOfflineStore, SchemaOfTheSourceBehindAPush) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet");
  PushSource push;
  push.batch_source = SourceAt(folder / "a.parquet");
  EXPECT_EQ(MakeFileOfflineStore(RepoConfig())->SourceSchema(push).ValueOrDie()->num_fields(), 2);
}

TEST(FileOfflineStore, HasNoSql) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet");
  const auto query =
      MakeFileOfflineStore(RepoConfig())->PullAll(*SourceAt(folder / "a.parquet"), {}, "", {}, {}).ValueOrDie();
  EXPECT_TRUE(query->Sql().status().IsNotImplemented());
}

TEST(PullAll, RowsOfTheWindowFromTheRowGroupsThatMayHoldThem) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet", 2);
  const auto source = SourceAt(folder / "a.parquet");
  const auto store = MakeFileOfflineStore(RepoConfig());
  const auto pull = [&](std::optional<Timestamp> start, std::optional<Timestamp> end) {
    return store->PullAll(*source, {"k"}, "t", start, end).ValueOrDie();
  };
  EXPECT_EQ(Values(*ToTable(*pull(At(20), At(40))).ValueOrDie(), "k"), "[2,4]");
  EXPECT_EQ(Values(*ToTable(*pull(At(41), std::nullopt)).ValueOrDie(), "k"), "[5]");
  EXPECT_EQ(Values(*ToTable(*pull(std::nullopt, At(10))).ValueOrDie(), "k"), "[1]");
  EXPECT_EQ(Values(*ToTable(*pull(At(60), At(70))).ValueOrDie(), "k"), "[]");
  EXPECT_EQ(pull(At(41), std::nullopt)->Explain().ValueOrDie().views[0].files[0].row_groups_read, 1);
  EXPECT_EQ(pull(At(41), std::nullopt)->OutputSchema().ValueOrDie()->ToString(), "k: int64");
}

TEST(PullAll, EverythingInBatchesAcrossFiles) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "s/a.parquet", 3);
  WriteParquetTable(*Rows(), folder / "s/b.parquet");
  const auto query = MakeFileOfflineStore(RepoConfig())->PullAll(*SourceAt(folder / "s"), {}, "", {}, {}).ValueOrDie();
  int64_t done = 0, total = 0;
  const auto reader = query->Run(2, [&](int64_t d, int64_t t) { done = d, total = t; }).ValueOrDie();
  int64_t rows = 0;
  while (const auto batch = reader->Next().ValueOrDie()) {
    EXPECT_LE(batch->num_rows(), 2);
    rows += batch->num_rows();
  }
  EXPECT_EQ(rows, 10);
  EXPECT_EQ(done, 10);
  EXPECT_EQ(total, 10);
}

TEST(PullAll, UnknownColumnsAreNamed) {
  TemporaryFolder folder;
  WriteParquetTable(*Rows(), folder / "a.parquet");
  const auto store = MakeFileOfflineStore(RepoConfig());
  EXPECT_TRUE(
      ToTable(*store->PullAll(*SourceAt(folder / "a.parquet"), {"q"}, "t", {}, {}).ValueOrDie()).status().IsKeyError());
  EXPECT_TRUE(ToTable(*store->PullAll(*SourceAt(folder / "a.parquet"), {}, "k", At(1), {}).ValueOrDie())
                  .status()
                  .IsTypeError());
}

TEST(Write, OnceUnlessOverwritingIsAllowed) {
  TemporaryFolder folder;
  RepoConfig config;
  config.repo_path = folder.path();
  const auto store = MakeFileOfflineStore(config);
  const auto storage = SourceAt("saved/rows.parquet");
  const auto write = [&](bool allow_overwrite) {
    arrow::TableBatchReader rows(Rows());
    return store->Write(rows, *storage, allow_overwrite);
  };
  ASSERT_TRUE(write(false).ok());
  EXPECT_EQ(store->SourceSchema(*storage).ValueOrDie()->num_fields(), 2);
  const arrow::Status again = write(false);
  EXPECT_EQ(ErrorClass(again), "SavedDatasetLocationAlreadyExists");
  EXPECT_NE(again.message().find(folder / "saved/rows.parquet"), std::string::npos);
  EXPECT_TRUE(write(true).ok());
  storage->format = FileFormat::kDelta;
  EXPECT_TRUE(write(true).IsNotImplemented());
}

}  // namespace
}  // namespace feast
