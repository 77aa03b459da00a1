#include "files/source_reader.h"

#include "files/schema/type_union.h"
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
                                                  std::optional<FileFormat> format = std::nullopt,
                                                  DeclaredTypes types = {}) {
  FileSource source;
  source.name = "drivers";
  source.path = path;
  source.format = format;
  return SourceReader::Open(source, RepoConfig(), std::move(types));
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

TEST(SourceReader, FolderSkipsHiddenFilesAndSorts) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers("[5, 5, 5, 5, 5]"), folder / "z/deep/b.parquet");
  WriteParquetTable(*Drivers("[1, 1, 1, 1, 1]"), folder / "a.parquet");
  WriteText(folder / "_SUCCESS", "");
  WriteText(folder / ".a.parquet.crc", "x");
  WriteText(folder / "_temporary/c.parquet", "half written");
  const auto reader = Open(folder.path() + "/").ValueOrDie();
  EXPECT_EQ(Values(*ReadAll(*reader, {"driver_id"}).ValueOrDie(), "driver_id"), "[1,1,1,1,1,5,5,5,5,5]");
  // What is no file of the source is refused by name, not passed over.
  WriteText(folder / "README.md", "hello");
  const auto refused = Open(folder.path() + "/");
  const auto error = refused.ok() ? Error((*refused)->Fragments()) : Error(refused);
  EXPECT_NE(error.find("README.md' cannot be read as Parquet"), std::string::npos) << error;
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

TEST(SourceReader, PartitionColumnsAreReadAsDeclared) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers("[1, 1, 1, 1, 1]"), folder / "zip=00123/day=2024-05-01/n=007/p.parquet");
  WriteParquetTable(*Drivers("[2, 2, 2, 2, 2]"), folder / "zip=123/day=1600-01-01/n=8/p.parquet");
  const auto nanos = arrow::timestamp(arrow::TimeUnit::NANO, "UTC");
  const DeclaredTypes types{.columns = {{"zip", arrow::utf8()}, {"day", nanos}, {"n", arrow::int64()}},
                            .guess_others = false};
  const auto reader = Open(folder.path(), std::nullopt, types).ValueOrDie();
  const auto table = ReadAll(*reader, {"zip", "n"}).ValueOrDie();
  EXPECT_EQ(Values(*table->Slice(4, 2), "zip"), R"(["00123","123"])");
  EXPECT_EQ(Values(*table->Slice(4, 2), "n"), "[7,8]");
  // The nearest end, as for event times in files.
  const auto fragments = reader->Fragments().ValueOrDie();
  EXPECT_EQ(fragments[0]->Read({"day"}).ValueOrDie()->column(0)->GetScalar(0).ValueOrDie()->ToString(),
            "2024-05-01 00:00:00.000000000Z");
  EXPECT_TRUE(fragments[1]->Read({"day"}).ok());
  // A list cannot be written in a folder's name: it stays text.
  const DeclaredTypes list{.columns = {{"n", arrow::list(arrow::int64())}}, .guess_others = false};
  EXPECT_EQ(Open(folder.path(), std::nullopt, list).ValueOrDie()->schema()->GetFieldByName("n")->type()->name(),
            "utf8");
}

TEST(SourceReader, APartitionValueThatIsNotOfTheDeclaredTypeIsAnErrorWithThePath) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "n=1/p.parquet");
  WriteParquetTable(*Drivers(), folder / "n=x/p.parquet");
  const DeclaredTypes types{.columns = {{"n", arrow::int64()}}, .guess_others = false};
  const std::string error = Error(Open(folder.path(), std::nullopt, types));
  EXPECT_NE(error.find("column 'n' a value that is no int64"), std::string::npos) << error;
  EXPECT_NE(error.find(folder / "n=x/p.parquet"), std::string::npos) << error;
  FileSource source;
  source.path = folder.path();
  const auto schema = SourceReader::ReadSchema(source, RepoConfig()).ValueOrDie();
  EXPECT_EQ(schema->against.at("n").at("int64"), "see '" + (folder / "n=x/p.parquet") + "'");
  EXPECT_FALSE(schema->against.contains("name"));
}

TEST(SourceReader, PartitionColumnsMustAgree) {
  TemporaryFolder folder;
  WriteParquetTable(*Drivers(), folder / "year=2020/p.parquet");
  WriteParquetTable(*Drivers(), folder / "month=1/p.parquet");
  EXPECT_NE(Error(Open(folder.path())).find("different partition columns"), std::string::npos);
}

TEST(SourceReader, ColumnsAreThoseOfAllFiles) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"k", arrow::int32(), "[1]"}, {"f", arrow::null(), "[null]"}}), folder / "a.parquet");
  WriteParquetTable(*MakeTable({{"more", arrow::utf8(), R"(["x"])"}, {"k", arrow::int64(), "[2]"}}),
                    folder / "b.parquet");
  WriteParquetTable(*MakeTable({{"k", arrow::uint8(), "[3]"}, {"f", arrow::list(arrow::int8()), "[[7]]"}}),
                    folder / "c.parquet");
  const auto reader = Open(folder.path()).ValueOrDie();
  EXPECT_EQ(reader->schema()->ToString(), "k: int64\nf: list<element: int8>\nmore: string");
  const auto table = ReadAll(*reader, {"k", "f", "more"}).ValueOrDie();
  EXPECT_EQ(Values(*table, "k"), "[1,2,3]");
  EXPECT_EQ(Values(*table, "f"), "[null,null,[7]]");
  EXPECT_EQ(Values(*table, "more"), R"([null,"x",null])");
}

TEST(SourceReader, FilesWithoutRowsHaveASayInTheColumns) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"k", arrow::float64(), "[]"}}), folder / "a.parquet");
  WriteParquetTable(*MakeTable({{"k", arrow::int64(), "[2]"}}), folder / "b.parquet");
  EXPECT_EQ(Values(*ReadAll(*Open(folder.path()).ValueOrDie(), {"k"}).ValueOrDie(), "k"), "[2]");
  WriteParquetTable(*MakeTable({{"k", arrow::int64(), "[9007199254740993]"}}), folder / "c.parquet");
  const auto table = ReadAll(*Open(folder.path()).ValueOrDie(), {"k"});
  EXPECT_TRUE(table.status().IsTypeError());
  EXPECT_NE(Error(table).find("'k' has type int64 in '" + (folder / "c.parquet")), std::string::npos) << Error(table);
  EXPECT_NE(Error(table).find("type double because of '" + (folder / "a.parquet")), std::string::npos) << Error(table);
}

TEST(SourceReader, TypesThatDoNotGoTogetherNameBothFilesWhereTheyAreNeeded) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"k", arrow::int64(), "[1]"}, {"v", arrow::int64(), "[1]"}}), folder / "a.parquet");
  WriteParquetTable(*MakeTable({{"k", arrow::utf8(), R"(["x"])"}, {"v", arrow::int64(), "[2]"}}), folder / "b.parquet");
  const auto reader = Open(folder.path()).ValueOrDie();
  EXPECT_EQ(Values(*ReadAll(*reader, {"v"}).ValueOrDie(), "v"), "[1,2]");
  for (const arrow::Status& status : {ReadAll(*reader, {"k"}).status(), reader->CheckColumn("k", "x")}) {
    EXPECT_TRUE(status.IsTypeError());
    EXPECT_NE(status.message().find("'k' has type int64 in '" + (folder / "a.parquet") + "' and type string in '" +
                                    (folder / "b.parquet") + "'"),
              std::string::npos)
        << status;
  }
}

TEST(SourceReader, NamesThatDifferInCaseAreNotTwoColumnsUnlessAFileHasBoth) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"v", arrow::int64(), "[1]"}}), folder / "a.parquet");
  WriteParquetTable(*MakeTable({{"V", arrow::int64(), "[2]"}}), folder / "b.parquet");
  EXPECT_NE(Error(ReadAll(*Open(folder.path()).ValueOrDie(), {"v"})).find("differ in case only"), std::string::npos);
  WriteParquetTable(*MakeTable({{"v", arrow::int64(), "[3]"}, {"V", arrow::int64(), "[4]"}}), folder / "c.parquet");
  EXPECT_EQ(Values(*ReadAll(*Open(folder.path()).ValueOrDie(), {"v"}).ValueOrDie(), "v"), "[1,null,3]");
}

TEST(SourceReader, PartitionColumnsThatSomeFilesStore) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"v", arrow::int64(), "[1]"}}), folder / "day=1/a.parquet");
  WriteParquetTable(*MakeTable({{"v", arrow::int64(), "[2]"}, {"day", arrow::float64(), "[2.5]"}}),
                    folder / "day=2/a.parquet");
  EXPECT_EQ(Values(*ReadAll(*Open(folder.path()).ValueOrDie(), {"day"}).ValueOrDie(), "day"), "[1,2.5]");
  WriteParquetTable(*MakeTable({{"day", arrow::utf8(), R"(["3"])"}}), folder / "day=3/a.parquet");
  EXPECT_TRUE(ReadAll(*Open(folder.path()).ValueOrDie(), {"day"}).status().IsTypeError());
}

TEST(SourceReader, TheJoinTakesMomentsInTheUnitOfEachFile) {
  TemporaryFolder folder;
  const auto seconds = arrow::timestamp(arrow::TimeUnit::SECOND), nanos = arrow::timestamp(arrow::TimeUnit::NANO);
  WriteParquetTable(*MakeTable({{"t", arrow::date32(), "[19723]"}}), folder / "a.parquet");
  WriteParquetTable(*MakeTable({{"t", arrow::timestamp(arrow::TimeUnit::MILLI), "[253402214400000]"}}),
                    folder / "b.parquet");
  WriteParquetTable(*MakeTable({{"t", nanos, "[1]"}}), folder / "c.parquet");
  const auto reader = Open(folder.path()).ValueOrDie();
  EXPECT_TRUE(reader->schema()->field(0)->type()->Equals(*nanos));
  const auto fragments = reader->Fragments().ValueOrDie();
  EXPECT_EQ(fragments[0]->Read({"t"}, Dictionaries::kKept).ValueOrDie()->column(0)->type()->id(), arrow::Type::DATE32);
  EXPECT_TRUE(fragments[1]->Read({"t"}, Dictionaries::kKept).ok());
  EXPECT_EQ(fragments[1]->range("t")->max, INT64_MAX);
  // As a value, the year 9999 would be another one.
  EXPECT_TRUE(fragments[1]->Read({"t"}).status().IsTypeError());
}

TEST(SourceReader, ViewsOfTextComeBackAsText) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"s", arrow::utf8_view(), R"(["x", null, "a text that is no short one"])"},
                                {"b", arrow::binary_view(), R"(["x", null, "y"])"},
                                {"l", arrow::list(arrow::utf8_view()), R"([["x"], null, []])"}}),
                    folder / "a.parquet");
  const auto reader = Open(folder.path()).ValueOrDie();
  const auto fragment = reader->Fragments().ValueOrDie()[0];
  const auto table = fragment->Read({"s", "b", "l"}).ValueOrDie();
  EXPECT_EQ(table->schema()->ToString(), reader->schema()->ToString());
  EXPECT_EQ(Values(*table, "s"), R"(["x",null,"atextthatisnoshortone"])");
  EXPECT_EQ(Values(*table, "l"), R"([["x"],null,[]])");
  const auto kept = fragment->Read({"s"}, Dictionaries::kKept).ValueOrDie()->column(0)->type();
  EXPECT_TRUE(PlainType(kept)->Equals(*arrow::utf8()));
  RowSet last(3);
  last.Add(2);
  last.Seal();
  EXPECT_EQ(Values(*fragment->ReadRows({"s"}, last).ValueOrDie(), "s"), R"(["atextthatisnoshortone"])");
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
  EXPECT_NE(Error(Open(folder.path())).find(folder / "b.parquet"), std::string::npos);
}

}  // namespace
}  // namespace feast::scan
