// Which bytes of a Parquet file are asked for.
#include <algorithm>
#include <mutex>

#include "arrow/array/builder_primitive.h"
#include "arrow/buffer.h"
#include "arrow/io/interfaces.h"
#include "arrow/io/memory.h"
#include "files/formats/parquet/parquet_file.h"
#include "files/formats/parquet/parquet_row_group.h"
#include "files/places/read_ahead.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

/// Notes the ranges that are read.
class NotingFile : public arrow::io::RandomAccessFile {
 public:
  explicit NotingFile(std::shared_ptr<arrow::io::RandomAccessFile> file) : file_(std::move(file)) {}

  arrow::Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }
  arrow::Result<int64_t> Tell() const override { return file_->Tell(); }
  arrow::Status Seek(int64_t position) override { return file_->Seek(position); }
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override { return file_->Read(bytes, out); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override { return file_->Read(bytes); }
  arrow::Result<int64_t> GetSize() override { return file_->GetSize(); }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    Note(position, bytes);
    return file_->ReadAt(position, bytes, out);
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    Note(position, bytes);
    return file_->ReadAt(position, bytes);
  }

  std::vector<std::pair<int64_t, int64_t>> ranges;

 private:
  void Note(int64_t position, int64_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ranges.emplace_back(position, position + bytes);
  }

  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  std::mutex mutex_;
};

/// A source of one remote file; notes what is asked of the network.
struct RemoteSource {
  std::shared_ptr<NotingFile> noting;
  std::vector<std::shared_ptr<Fragment>> fragments;

  std::vector<std::pair<int64_t, int64_t>> sorted() const {
    auto ranges = noting->ranges;
    std::sort(ranges.begin(), ranges.end());
    return ranges;
  }
};

RemoteSource MakeRemote(const std::string& path) {
  ParquetFile file = OpenParquetFile(OpenLocation(path).ValueOrDie()).ValueOrDie();
  EXPECT_EQ(file.remote, nullptr);
  RemoteSource source;
  source.noting = std::make_shared<NotingFile>(file.input);
  file.input = file.remote = RemoteFile::Open(source.noting).ValueOrDie();
  auto shared = std::make_shared<FragmentFile>();
  shared->uri = path;
  shared->file_schema = file.schema;
  shared->source = UniteSchemas({{"a", file.schema}});
  source.fragments = ParquetFragments(file, shared).ValueOrDie();
  return source;
}

void ExpectNoByteTwice(const RemoteSource& source) {
  const auto ranges = source.sorted();
  for (size_t i = 1; i < ranges.size(); ++i) EXPECT_LE(ranges[i - 1].second, ranges[i].first) << "read twice";
}

/// Columns whose chunks are larger than what comes with the footer: a, b, c, d.
std::shared_ptr<arrow::Table> LargeTable(int64_t rows) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const char* name : {"a", "b", "c", "d"}) {
    arrow::Int64Builder builder;
    for (int64_t i = 0; i < rows; ++i)
      EXPECT_TRUE(builder.Append((i * 2654435761 + name[0]) % (int64_t{1} << 40)).ok());
    fields.push_back(arrow::field(name, arrow::int64()));
    columns.push_back(builder.Finish().ValueOrDie());
  }
  return arrow::Table::Make(arrow::schema(std::move(fields)), columns);
}

TEST(ParquetReads, ASmallRemoteFileIsOneRequest) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"driver", arrow::int64(), "[1, 2, 3, 4]"},
                                {"t", arrow::int64(), "[5, 6, 7, 8]"},
                                {"city", arrow::utf8(), R"(["a", "b", "c", "d"])"}}),
                    folder / "a.parquet", 2);
  const RemoteSource source = MakeRemote(folder / "a.parquet");
  ASSERT_EQ(source.fragments.size(), 2U);
  for (const auto& fragment : source.fragments) {
    ASSERT_TRUE(fragment->Read({"driver", "t"}).ok());
    ASSERT_TRUE(fragment->Read({"city"}).ok());
  }
  EXPECT_EQ(source.noting->ranges.size(), 1U);
}

TEST(ParquetReads, RemoteColumnsComeInFewRequestsAndNoByteTwice) {
  TemporaryFolder folder;
  constexpr int64_t kRows = 60'000;
  const auto table = LargeTable(kRows);
  WriteParquetTable(*table, folder / "a.parquet", kRows / 2);
  const RemoteSource source = MakeRemote(folder / "a.parquet");
  ASSERT_EQ(source.fragments.size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(source.fragments[i]->Read({"b", "a"}).ok());
    // The last columns of the file reach into what came with the footer.
    const auto last = source.fragments[i]->ReadTogether({"d", "c"}, {}, 2).ValueOrDie();
    const auto expected = table->Slice(static_cast<int64_t>(i) * kRows / 2, kRows / 2);
    EXPECT_TRUE(last->column(0)->Equals(expected->column(3)));
    EXPECT_TRUE(last->column(1)->Equals(expected->column(2)));
  }
  // The footer, then neighbouring columns together: two requests for each row group.
  EXPECT_EQ(source.noting->ranges.size(), 5U);
  ExpectNoByteTwice(source);
}

TEST(ParquetReads, WhatIsHeldIsNotAskedForAgain) {
  TemporaryFolder folder;
  WriteParquetTable(*LargeTable(60'000), folder / "a.parquet", 60'000);
  const RemoteSource source = MakeRemote(folder / "a.parquet");
  {
    const Hold held = source.fragments[0]->Fetch({"a", "b"});
    ASSERT_TRUE(source.fragments[0]->Read({"a"}).ok());
    ASSERT_TRUE(source.fragments[0]->Read({"a", "b", "c"}).ok());
    EXPECT_EQ(source.noting->ranges.size(), 3U);
    ExpectNoByteTwice(source);
  }
  ASSERT_TRUE(source.fragments[0]->Read({"a"}).ok());
  EXPECT_EQ(source.noting->ranges.size(), 4U) << "bytes are given back with the hold";
}

TEST(ParquetReads, ReadAheadStartsWhatIsReadNext) {
  TemporaryFolder folder;
  WriteParquetTable(*LargeTable(120'000), folder / "a.parquet", 30'000);
  const RemoteSource source = MakeRemote(folder / "a.parquet");
  ReadAhead ahead;
  for (const auto& fragment : source.fragments) {
    ahead.Add(*fragment, {"a"}, /*again=*/true);
    ahead.Add(*fragment, {"b"}, /*again=*/true);
  }
  for (int64_t piece = 0; piece < 8; ++piece) {
    const Hold fetched = ahead.Take(piece);
    ASSERT_TRUE(source.fragments[piece / 2]->Read({piece % 2 == 0 ? "a" : "b"}).ok());
  }
  // Two pieces of a row group in one request; what is wanted again is still there.
  for (const auto& fragment : source.fragments) ASSERT_TRUE(fragment->Read({"a", "b"}).ok());
  EXPECT_EQ(source.noting->ranges.size(), 1U + 4U);
  ExpectNoByteTwice(source);
}

}  // namespace
}  // namespace feast::scan
