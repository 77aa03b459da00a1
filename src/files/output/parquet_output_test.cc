#include "files/output/parquet_output.h"

#include <random>

#include "arrow/array/builder_primitive.h"
#include "arrow/record_batch.h"
#include "files/formats/parquet/parquet_file.h"
#include "files/test_files.h"
#include "parquet/arrow/reader.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"

namespace feast::scan {
namespace {

/// Gives one batch, then fails.
class FailingReader : public arrow::RecordBatchReader {
 public:
  explicit FailingReader(std::shared_ptr<arrow::RecordBatch> first) : first_(std::move(first)) {}
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    if (!first_) return arrow::Status::IOError("the source went away");
    *batch = std::move(first_);
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<arrow::RecordBatch> first_;
  std::shared_ptr<arrow::Schema> schema_ = first_->schema();
};

TEST(WriteParquet, WritesAndReplaces) {
  TemporaryFolder folder;
  const auto type = arrow::timestamp(arrow::TimeUnit::NANO, "UTC");
  const auto table = MakeTable({{"t", type, "[1, 2, null]"}, {"l", arrow::list(arrow::int32()), "[[1], [], null]"}});
  const Location location = OpenLocation(folder / "new/a.parquet").ValueOrDie();
  for (int i = 0; i < 2; ++i) {
    arrow::TableBatchReader rows(*table);
    EXPECT_EQ(WriteParquet(rows, location).ValueOrDie(), 3);
  }
  const ParquetFile file = OpenParquetFile(location).ValueOrDie();
  EXPECT_TRUE(file.schema->field(0)->type()->Equals(type));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path() + "/new"), {}), 1);
}

TEST(WriteParquet, MakesNoFolders) {
  TemporaryFolder folder;
  const auto table = MakeTable({{"k", arrow::int64(), "[1, 2]"}});
  arrow::TableBatchReader rows(*table);
  const auto error = Error(WriteParquet(rows, OpenLocation(folder.path() + "/typo/deep/a.parquet").ValueOrDie()));
  EXPECT_NE(error.find("there is no folder '" + folder.path() + "/typo/deep'"), std::string::npos) << error;
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/typo"));
}

TEST(WriteParquet, LinksStayAndPipesAreWrittenInto) {
  TemporaryFolder folder;
  const auto table = MakeTable({{"k", arrow::int64(), "[1, 2]"}});
  const auto write = [&](const std::string& path) {
    arrow::TableBatchReader rows(*table);
    return WriteParquet(rows, OpenLocation(path).ValueOrDie());
  };
  WriteText(folder / "there/real.parquet", "old");
  std::filesystem::create_symlink("there/real.parquet", folder / "link");
  std::filesystem::create_symlink("there/new.parquet", folder / "dangling");
  for (const auto& [link, real] :
       {std::pair("link", "there/real.parquet"), std::pair("dangling", "there/new.parquet")}) {
    EXPECT_EQ(write(folder / link).ValueOrDie(), 2);
    EXPECT_TRUE(std::filesystem::is_symlink(folder / link));
    EXPECT_TRUE(OpenParquetFile(OpenLocation(folder / real).ValueOrDie()).ok());
  }
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::string received;
  std::thread reader([&] {
    std::ifstream from(pipe, std::ios::binary);
    received.assign(std::istreambuf_iterator<char>(from), {});
  });
  EXPECT_EQ(write(pipe).ValueOrDie(), 2);
  reader.join();
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  EXPECT_TRUE(received.starts_with("PAR1") && received.ends_with("PAR1"));
  EXPECT_EQ(write("/dev/null").ValueOrDie(), 2);
}

TEST(WriteParquet, FailureLeavesWhatWasThere) {
  TemporaryFolder folder;
  WriteText(folder / "a.parquet", "old");
  const auto table = MakeTable({{"k", arrow::int64(), "[1, 2]"}});
  FailingReader rows(arrow::TableBatchReader(*table).Next().ValueOrDie());
  const auto written = WriteParquet(rows, OpenLocation(folder / "a.parquet").ValueOrDie());
  EXPECT_NE(Error(written).find("the source went away"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(folder / "a.parquet"), 3U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

/// Looks into the folder while rows are asked for.
class LookingReader : public arrow::TableBatchReader {
 public:
  LookingReader(const arrow::Table& table, std::string folder)
      : arrow::TableBatchReader(table), folder_(std::move(folder)) {}
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    files_seen += std::distance(std::filesystem::directory_iterator(folder_), {});
    return arrow::TableBatchReader::ReadNext(batch);
  }
  int64_t files_seen = 0;

 private:
  std::string folder_;
};

TEST(WriteParquet, WhatIsNotFinishedHasNoName) {
  TemporaryFolder folder;
  const auto table = MakeTable({{"k", arrow::int64(), "[1, 2]"}});
  LookingReader rows(*table, folder.path());
  EXPECT_EQ(WriteParquet(rows, OpenLocation(folder / "a.parquet").ValueOrDie()).ValueOrDie(), 2);
  EXPECT_EQ(rows.files_seen, 0);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteParquet, FoldersAreNoFiles) {
  TemporaryFolder folder;
  arrow::TableBatchReader rows(MakeTable({{"k", arrow::int64(), "[1]"}}));
  EXPECT_NE(Error(WriteParquet(rows, OpenLocation(folder.path()).ValueOrDie())).find("it is a folder"),
            std::string::npos);
}

TEST(WriteParquet, ColumnsOfEveryEncodingComeBackEqual) {
  TemporaryFolder folder;
  std::mt19937 random(1);
  arrow::FloatBuilder floats;
  arrow::Int64Builder few;
  arrow::Int64Builder many;
  for (int row = 0; row < 30'000; ++row) {
    ASSERT_TRUE((random() % 2 == 0 ? floats.AppendNull() : floats.Append(static_cast<float>(random()))).ok());
    ASSERT_TRUE(few.Append(random() % 10).ok());
    ASSERT_TRUE(many.Append(random() % 10'000'000).ok());
  }
  const auto table =
      arrow::Table::Make(arrow::schema({arrow::field("a.float", arrow::float32()), arrow::field("few", arrow::int64()),
                                        arrow::field("many", arrow::int64())}),
                         {floats.Finish().ValueOrDie(), few.Finish().ValueOrDie(), many.Finish().ValueOrDie()});
  arrow::TableBatchReader rows(*table);
  rows.set_chunksize(7'000);
  ASSERT_EQ(WriteParquet(rows, OpenLocation(folder / "a.parquet").ValueOrDie()).ValueOrDie(), table->num_rows());

  auto file = arrow::io::ReadableFile::Open(folder / "a.parquet").ValueOrDie();
  auto reader = parquet::arrow::OpenFile(std::move(file), arrow::default_memory_pool()).ValueOrDie();
  EXPECT_TRUE(reader->ReadTable().ValueOrDie()->Equals(*table));
  const auto group = reader->parquet_reader()->metadata()->RowGroup(0);
  EXPECT_EQ(group->ColumnChunk(0)->compression(), parquet::Compression::UNCOMPRESSED);
  EXPECT_FALSE(group->ColumnChunk(0)->has_dictionary_page());
  EXPECT_TRUE(group->ColumnChunk(1)->has_dictionary_page());
  EXPECT_EQ(group->ColumnChunk(2)->compression(), parquet::Compression::SNAPPY);
  EXPECT_FALSE(group->ColumnChunk(2)->has_dictionary_page());
}

}  // namespace
}  // namespace feast::scan
