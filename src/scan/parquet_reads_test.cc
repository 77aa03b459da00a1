// Which bytes of a Parquet file are asked for.
#include <algorithm>
#include <mutex>

#include "arrow/buffer.h"
#include "arrow/io/interfaces.h"
#include "arrow/io/memory.h"
#include "scan/parquet_file.h"
#include "scan/test_files.h"

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

TEST(ParquetReads, RemoteColumnsComeInFewRequestsAndNoByteTwice) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"driver", arrow::int64(), "[1, 2, 3, 4]"},
                                {"t", arrow::int64(), "[5, 6, 7, 8]"},
                                {"trips", arrow::int64(), "[9, 8, 7, 6]"},
                                {"city", arrow::utf8(), R"(["a", "b", "c", "d"])"}}),
                    folder / "a.parquet", 2);
  ParquetFile file = OpenParquetFile(OpenLocation(folder / "a.parquet").ValueOrDie()).ValueOrDie();
  EXPECT_FALSE(file.is_remote);
  const auto noting = std::make_shared<NotingFile>(file.input);
  file.input = noting;
  file.is_remote = true;
  auto shared = std::make_shared<FragmentFile>();
  shared->uri = "a.parquet";
  shared->source_schema = shared->file_schema = file.schema;
  const auto fragments = ParquetFragments(file, shared);
  ASSERT_EQ(fragments.size(), 2U);

  for (const auto& fragment : fragments) {
    ASSERT_TRUE(fragment->Read({"driver", "t"}).ok());
    ASSERT_TRUE(fragment->Read({"trips", "city"}).ok());
  }
  // Neighbouring columns together: two requests for each row group.
  EXPECT_EQ(noting->ranges.size(), 4U);
  std::sort(noting->ranges.begin(), noting->ranges.end());
  for (size_t i = 1; i < noting->ranges.size(); ++i) {
    EXPECT_LE(noting->ranges[i - 1].second, noting->ranges[i].first) << "read twice";
  }
}

}  // namespace
}  // namespace feast::scan
