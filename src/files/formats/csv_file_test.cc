#include "arrow/io/compressed.h"
#include "arrow/util/compression.h"
#include "files/source_reader.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

constexpr const char* kText = "driver_id,event_timestamp,rate,city\n1,2021-04-12 10:00:00,0.5,Ulm\n2,,,\n";

arrow::Result<std::shared_ptr<arrow::Table>> ReadCsv(const std::string& path, const std::vector<std::string>& columns,
                                                     std::optional<FileFormat> format = std::nullopt) {
  FileSource source;
  source.path = path;
  source.format = format;
  ARROW_ASSIGN_OR_RAISE(const auto reader, SourceReader::Open(source, RepoConfig()));
  ARROW_ASSIGN_OR_RAISE(const auto fragments, reader->Fragments());
  std::vector<std::shared_ptr<arrow::Table>> parts;
  for (const auto& fragment : fragments) {
    ARROW_ASSIGN_OR_RAISE(parts.emplace_back(), fragment->Read(columns));
  }
  return arrow::ConcatenateTables(parts);
}

TEST(CsvFile, TypesAreInferredAndEmptyCellsAreNull) {
  TemporaryFolder folder;
  WriteText(folder / "a.csv", kText);
  const auto table = ReadCsv(folder / "a.csv", {"city", "event_timestamp", "driver_id"}).ValueOrDie();
  EXPECT_EQ(Values(*table, "city"), R"(["Ulm",null])");
  EXPECT_EQ(Values(*table, "driver_id"), "[1,2]");
  EXPECT_EQ(table->GetColumnByName("event_timestamp")->type()->id(), arrow::Type::TIMESTAMP);
}

TEST(CsvFile, GzippedAndByFormat) {
  TemporaryFolder folder;
  auto file = arrow::io::FileOutputStream::Open(folder / "a.csv.gz").ValueOrDie();
  auto codec = arrow::util::Codec::Create(arrow::Compression::GZIP).ValueOrDie();
  auto stream = arrow::io::CompressedOutputStream::Make(codec.get(), file).ValueOrDie();
  ASSERT_TRUE(stream->Write(std::string_view(kText)).ok());
  ASSERT_TRUE(stream->Close().ok());
  EXPECT_EQ(Values(*ReadCsv(folder / "a.csv.gz", {"rate"}).ValueOrDie(), "rate"), "[0.5,null]");

  WriteText(folder / "table.txt", kText);
  EXPECT_EQ(Values(*ReadCsv(folder / "table.txt", {"rate"}, FileFormat::kCsv).ValueOrDie(), "rate"), "[0.5,null]");
}

TEST(CsvFile, FolderOfFilesWithPartitions) {
  TemporaryFolder folder;
  WriteText(folder / "day=1/a.csv", kText);
  WriteText(folder / "day=2/a.csv", kText);
  EXPECT_EQ(Values(*ReadCsv(folder.path(), {"day"}).ValueOrDie(), "day"), "[1,1,2,2]");
}

TEST(CsvFile, BadCellNamesFileAndColumn) {
  TemporaryFolder folder;
  WriteText(folder / "a.csv", "k,v\n1,2\n");
  WriteText(folder / "b.csv", "k,v\n1,oops\n");
  const auto table = ReadCsv(folder.path(), {"v"});
  ASSERT_FALSE(table.ok());
  EXPECT_NE(Error(table).find(folder / "b.csv"), std::string::npos) << Error(table);
}

TEST(CsvFile, TooManyColumnsAreRefusedAtOnce) {
  TemporaryFolder folder;
  std::string header = "k";
  for (int i = 0; i < 300'000; ++i) header += ",c" + std::to_string(i);
  WriteText(folder / "a.csv", header + "\n");
  EXPECT_NE(Error(ReadCsv(folder / "a.csv", {"k"})).find("more than 20000 columns"), std::string::npos);
  WriteText(folder / "a.csv", std::string(5 << 20, 'x'));
  EXPECT_NE(Error(ReadCsv(folder / "a.csv", {"k"})).find("longer than 4 MB"), std::string::npos);
}

TEST(CsvFile, EmptyFile) {
  TemporaryFolder folder;
  WriteText(folder / "a.csv", "");
  EXPECT_NE(Error(ReadCsv(folder / "a.csv", {"v"})).find("cannot be read as CSV"), std::string::npos);
}

}  // namespace
}  // namespace feast::scan
