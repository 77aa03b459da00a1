#include "files/source_reader.h"

#include "files/test_files.h"

namespace feast::scan {
namespace {

const auto kMicros = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");

std::shared_ptr<arrow::Table> Drivers(const std::string& ids = "[1, 2, 3, 4, 5]") {
  const std::string times = "[1000000, 2000000, 3000000, 4000000, null]";
  const std::string names = R"(["a", "b", null, "a", "e"])";
  return MakeTable(
      {{"driver_id", arrow::int64(), ids}, {"event_timestamp", kMicros, times}, {"name", arrow::utf8(), names}});
}

arrow::Result<std::shared_ptr<SourceReader>> Open(const std::string& path,
                                                  std::optional<FileFormat> format = std::nullopt) {
  FileSource source;
  source.name = "drivers";
  source.path = path;
  source.format = format;
  return SourceReader::Open(source, RepoConfig());
}

/// All fragments, one after the other.
arrow::Result<std::shared_ptr<arrow::Table>> ReadAll(SourceReader& reader, const std::vector<std::string>& columns) {
  std::vector<std::shared_ptr<arrow::Table>> parts;
  ARROW_ASSIGN_OR_RAISE(const auto fragments, reader.Fragments());
  for (const auto& fragment : fragments) {
    ARROW_ASSIGN_OR_RAISE(parts.emplace_back(), fragment->Read(columns));
  }
  return arrow::ConcatenateTables(parts);
}

TEST(SourceReader, RowGroupsAreFragmentsWithRanges) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "a.parquet", 2);
  const auto reader = Open(folder / "a.parquet").ValueOrDie();
  const auto fragments = reader->Fragments().ValueOrDie();
  ASSERT_EQ(fragments.size(), 3U);
  EXPECT_EQ(fragments[0]->rows(), 2);
  EXPECT_EQ(fragments[2]->rows(), 1);
  const auto times = fragments[1]->range("event_timestamp");
  ASSERT_TRUE(times);
  EXPECT_EQ(times->min, 3'000'000'000);
  EXPECT_EQ(times->max, 4'000'000'000);
  EXPECT_EQ(fragments[1]->range("driver_id")->max, 4);
  // All null, or text: nothing is known.
  EXPECT_FALSE(fragments[2]->range("event_timestamp"));
  EXPECT_FALSE(fragments[0]->range("name"));
  EXPECT_GT(fragments[0]->bytes({"driver_id", "name"}), fragments[0]->bytes({"driver_id"}));
}

TEST(SourceReader, ReadsNamedColumnsInTheirOrder) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "a.parquet", 2);
  const auto reader = Open(folder / "a.parquet").ValueOrDie();
  const auto table = reader->Fragments().ValueOrDie()[1]->Read({"name", "driver_id", "name"}).ValueOrDie();
  EXPECT_EQ(table->num_columns(), 3);
  EXPECT_EQ(table->field(0)->name(), "name");
  EXPECT_EQ(Values(*table, "driver_id"), "[3,4]");
}

TEST(SourceReader, DictionariesOnRequestOnly) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "a.parquet");
  const auto fragment = Open(folder / "a.parquet").ValueOrDie()->Fragments().ValueOrDie()[0];
  EXPECT_EQ(fragment->Read({"name"}).ValueOrDie()->column(0)->type()->id(), arrow::Type::STRING);
  EXPECT_EQ(fragment->Read({"name"}, Dictionaries::kKept).ValueOrDie()->column(0)->type()->id(),
            arrow::Type::DICTIONARY);
}

TEST(SourceReader, StoredDictionariesComeBackPlain) {
  TemporaryFolder folder;
  const auto type = arrow::dictionary(arrow::int8(), arrow::utf8());
  WriteParquetTable(*MakeTable({{"city", type, R"(["x", null, "y"])"}}), folder / "a.parquet");
  const auto reader = Open(folder / "a.parquet").ValueOrDie();
  EXPECT_TRUE(reader->schema()->field(0)->type()->Equals(arrow::utf8()));
  EXPECT_EQ(Values(*ReadAll(*reader, {"city"}).ValueOrDie(), "city"), R"(["x",null,"y"])");
}

TEST(SourceReader, FolderSkipsHiddenAndForeignFilesAndSorts) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers("[5, 5, 5, 5, 5]"), folder / "z/deep/b.parquet");
  WriteParquetTable(*Drivers("[1, 1, 1, 1, 1]"), folder / "a.parquet");
  WriteText(folder / "_SUCCESS", "");
  WriteText(folder / "README.md", "hello");
  WriteText(folder / ".a.parquet.crc", "x");
  WriteText(folder / "_temporary/c.parquet", "half written");
  const auto reader = Open(folder.path() + "/").ValueOrDie();
  EXPECT_EQ(Values(*ReadAll(*reader, {"driver_id"}).ValueOrDie(), "driver_id"), "[1,1,1,1,1,5,5,5,5,5]");
}

TEST(SourceReader, Globs) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers("[1, 1, 1, 1, 1]"), folder / "2021/jan.parquet");
  WriteParquetTable(*Drivers("[2, 2, 2, 2, 2]"), folder / "2021/more/feb.parquet");
  WriteParquetTable(*Drivers("[3, 3, 3, 3, 3]"), folder / "2022/jan.parquet");
  const auto count = [&](const std::string& pattern) -> size_t {
    auto reader = Open(folder.path() + pattern);
    return reader.ok() ? (*reader)->Fragments().ValueOrDie().size() : 0;
  };
  EXPECT_EQ(count("/2021/*.parquet"), 1U);
  EXPECT_EQ(count("/**/*.parquet"), 3U);
  EXPECT_EQ(count("/202[12]/jan.parquet"), 2U);
  EXPECT_EQ(count("/202?"), 3U);
  EXPECT_EQ(count("/*.parquet"), 0U);
  EXPECT_NE(Error(Open(folder.path() + "/*.parquet")).find("No file matches"), std::string::npos);
}

TEST(SourceReader, PartitionFoldersAreColumns) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "year=2020/city=a%2Bb/p.parquet", 3);
  WriteParquetTable(*Drivers(), folder / "year=2021/city=__HIVE_DEFAULT_PARTITION__/p.parquet");
  const auto reader = Open(folder.path()).ValueOrDie();
  EXPECT_EQ(reader->schema()->ToString(),
            "driver_id: int64\nevent_timestamp: timestamp[us, tz=UTC]\nname: string\nyear: int64\ncity: string");
  const auto fragments = reader->Fragments().ValueOrDie();
  ASSERT_EQ(fragments.size(), 3U);
  EXPECT_EQ(fragments[2]->range("year")->min, 2021);
  // Also when nothing is read from the file itself.
  const auto table = ReadAll(*reader, {"city", "year"}).ValueOrDie();
  EXPECT_EQ(Values(*table, "year"), "[2020,2020,2020,2020,2020,2021,2021,2021,2021,2021]");
  EXPECT_EQ(Values(*table, "city"), R"(["a+b","a+b","a+b","a+b","a+b",null,null,null,null,null])");
}

TEST(SourceReader, PartitionColumnsMustAgree) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "year=2020/p.parquet");
  WriteParquetTable(*Drivers(), folder / "month=1/p.parquet");
  EXPECT_NE(Error(Open(folder.path())).find("different partition columns"), std::string::npos);
}

TEST(SourceReader, FilesMayLackColumnsAndDifferInWidth) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"k", arrow::int64(), "[1]"}, {"f", arrow::float64(), "[0.5]"}}), folder / "a.parquet");
  WriteParquetTable(*MakeTable({{"more", arrow::utf8(), R"(["x"])"}, {"k", arrow::int32(), "[2]"}}),
                    folder / "b.parquet");
  const auto reader = Open(folder.path()).ValueOrDie();
  EXPECT_EQ(reader->schema()->num_fields(), 2);
  const auto table = ReadAll(*reader, {"k", "f"}).ValueOrDie();
  EXPECT_EQ(Values(*table, "k"), "[1,2]");
  EXPECT_EQ(Values(*table, "f"), "[0.5,null]");
}

TEST(SourceReader, TypesThatDoNotGoTogetherNameFileAndColumn) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"k", arrow::int64(), "[1]"}}), folder / "a.parquet");
  WriteParquetTable(*MakeTable({{"k", arrow::utf8(), R"(["x"])"}}), folder / "b.parquet");
  const auto reader = Open(folder.path()).ValueOrDie();
  const auto table = ReadAll(*reader, {"k"});
  EXPECT_TRUE(table.status().IsTypeError());
  EXPECT_NE(Error(table).find("'k' has type string in '" + (folder / "b.parquet")), std::string::npos) << Error(table);
}

TEST(SourceReader, FileUriWithEscapes) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "with blank/a.parquet");
  EXPECT_TRUE(Open("file://" + folder.path() + "/with%20blank/a.parquet").ok());
}

TEST(SourceReader, RelativePathsStartAtTheRepo) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "data/a.parquet");
  RepoConfig config;
  config.repo_path = folder.path();
  FileSource source;
  source.path = "data/a.parquet";
  EXPECT_TRUE(SourceReader::Open(source, config).ok());
}

TEST(SourceReader, CheckColumnTellsWhatIsThere) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "a.parquet");
  const auto reader = Open(folder / "a.parquet").ValueOrDie();
  EXPECT_TRUE(reader->CheckColumn("name", "x").ok());
  const arrow::Status missing = reader->CheckColumn("driver_ids", "Feature view 'v'");
  EXPECT_TRUE(missing.IsKeyError());
  EXPECT_NE(missing.message().find("Did you mean 'driver_id'?"), std::string::npos) << missing.message();
  EXPECT_NE(missing.message().find("driver_id, event_timestamp, name"), std::string::npos);
}

TEST(SourceReader, BadFilesAreNamed) {
  TemporaryFolder folder;
  const auto message = [&](const std::string& name) { return Error(Open(folder / name)); };
  EXPECT_NE(message("missing.parquet").find("There is no file or folder at '" + (folder / "missing.parquet")),
            std::string::npos);
  WriteText(folder / "empty.parquet", "");
  EXPECT_NE(message("empty.parquet").find("empty (0 bytes)"), std::string::npos) << message("empty.parquet");
  WriteText(folder / "text.parquet", "this is no Parquet file at all");
  EXPECT_NE(message("text.parquet").find("text.parquet' cannot be read as Parquet"), std::string::npos);
  std::filesystem::create_directory(folder / "nothing");
  EXPECT_NE(message("nothing").find("There are no files in the folder"), std::string::npos);
  FileSource none;
  none.name = "driver source";
  EXPECT_NE(Error(SourceReader::Open(none, RepoConfig())).find("no path"), std::string::npos);
}

TEST(SourceReader, DamagedPagesAreNamedWhenRead) {
  TemporaryFolder folder;
  const std::string path = folder / "a.parquet";
  WriteParquetTable(*Drivers(), path);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4);
  file << std::string(60, '\xff');
  file.close();
  const auto reader = Open(path).ValueOrDie();
  const auto table = ReadAll(*reader, {"driver_id"});
  ASSERT_FALSE(table.ok());
  EXPECT_NE(Error(table).find("Cannot read '" + path), std::string::npos) << Error(table);
}

TEST(SourceReader, TruncatedFileInAFolderIsNamed) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "a.parquet");
  WriteParquetTable(*Drivers(), folder / "b.parquet");
  std::filesystem::resize_file(folder / "b.parquet", 100);
  const auto fragments = Open(folder.path()).ValueOrDie()->Fragments();
  EXPECT_NE(Error(fragments).find(folder / "b.parquet"), std::string::npos);
}

}  // namespace
}  // namespace feast::scan
