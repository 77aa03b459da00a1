#include "arrow/io/compressed.h"
#include "arrow/util/compression.h"
#include "files/source_reader.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

constexpr const char* kText = "driver_id,event_timestamp,rate,city\n1,2021-04-12 10:00:00,0.5,Ulm\n2,,,\n";

FileSource CsvSource(const std::string& path, Tags tags = {}) {
  FileSource source;
  source.name = "drivers";
  source.path = path;
  source.tags = std::move(tags);
  return source;
}

arrow::Result<std::shared_ptr<arrow::Table>> ReadCsv(const FileSource& source, const std::vector<std::string>& columns,
                                                     const DeclaredTypes& types = {}) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, SourceReader::Open(source, RepoConfig(), types));
  ARROW_ASSIGN_OR_RAISE(const auto fragments, reader->Fragments());
  std::vector<std::shared_ptr<arrow::Table>> parts;
  for (const auto& fragment : fragments) {
    ARROW_ASSIGN_OR_RAISE(parts.emplace_back(), fragment->Read(columns));
  }
  return arrow::ConcatenateTables(parts);
}

arrow::Result<std::shared_ptr<arrow::Table>> ReadCsv(const std::string& path, const std::vector<std::string>& columns,
                                                     std::optional<FileFormat> format = std::nullopt) {
  FileSource source = CsvSource(path);
  source.format = format;
  return ReadCsv(source, columns);
}

/// The only column of a file with these cells, read as declared.
std::string Declared(const std::string& cells, const std::shared_ptr<arrow::DataType>& type, Tags tags = {}) {
  TemporaryFolder folder;
  WriteText(folder / "a.csv", "k,v\n" + cells);
  const auto table = ReadCsv(CsvSource(folder / "a.csv", std::move(tags)), {"v"}, {{{"v", type}}, false});
  return table.ok() ? Values(**table, "v") : "error: " + table.status().message();
}

std::string GuessedType(const std::vector<std::string>& cells) {
  TemporaryFolder folder;
  std::string text = "k,v\n";
  for (const std::string& cell : cells) text += "1," + cell + "\n";
  WriteText(folder / "a.csv", text);
  return SourceReader::Open(CsvSource(folder / "a.csv"), RepoConfig())
      .ValueOrDie()
      ->schema()
      ->field(1)
      ->type()
      ->ToString();
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

TEST(CsvFile, WhatIsDeclaredDecides) {
  EXPECT_EQ(Declared("1,00123\n1,NA\n1,\n1,\"\"\n", arrow::utf8()), R"(["00123","NA",null,""])");
  EXPECT_EQ(Declared("1,7\n1,8.0\n1,NaN\n1,\n", arrow::int64()), "[7,8,null,null]");
  EXPECT_EQ(Declared("1,7\n1,0.5\n", arrow::float32()), "[7,0.5]");
  EXPECT_EQ(Declared("1,true\n1,0\n1,null\n", arrow::boolean()), "[true,false,null]");
  const auto nanos = arrow::timestamp(arrow::TimeUnit::NANO, "UTC");
  EXPECT_EQ(Declared("1,2024-05-01\n1,2024-05-01T10:00:00.5+02:00\n1,2024-05-01 10:00Z\n", nanos),
            "[2024-05-0100:00:00.000000000Z,2024-05-0108:00:00.500000000Z,2024-05-0110:00:00.000000000Z]");
  // The nearest end.
  EXPECT_EQ(Declared("1,9999-12-31\n", nanos), "[2262-04-1123:47:16.854775807Z]");
  EXPECT_EQ(Declared("1,9999-12-31\n", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
            "[9999-12-3100:00:00.000000Z]");
}

TEST(CsvFile, CellsThatAreNoSuchValueAreNamed) {
  const auto names = [](const std::string& error, const std::string& part) {
    return error.find("a.csv") != std::string::npos && error.find("'v'") != std::string::npos &&
           error.find(part) != std::string::npos;
  };
  EXPECT_TRUE(names(Declared("1,7\n1,2.5\n", arrow::int64()), "row 2 holds '2.5', which is no int64"));
  EXPECT_TRUE(names(Declared("1,99999999999\n", arrow::int32()), "row 1 holds '99999999999'"));
  EXPECT_TRUE(names(Declared("1,0x10\n", arrow::int64()), "row 1"));
  EXPECT_TRUE(names(Declared("1,05/03/2024\n", arrow::timestamp(arrow::TimeUnit::NANO, "UTC")), "2024-05-01 13:45"));
  EXPECT_TRUE(names(Declared("1,2024-02-30\n", arrow::timestamp(arrow::TimeUnit::NANO, "UTC")), "row 1"));
  EXPECT_TRUE(names(Declared("1,x\n1,Stra\xdf"
                             "e\n",
                             arrow::utf8()),
                    "row 2 is not UTF-8: byte 5 of the cell is 0xDF"));
}

TEST(CsvFile, GuessesLookAtEveryCell) {
  EXPECT_EQ(GuessedType({"1", "", "-7"}), "int64");
  EXPECT_EQ(GuessedType({"1", "2.5"}), "double");
  EXPECT_EQ(GuessedType({"1", "x"}), "string");
  EXPECT_EQ(GuessedType({"00123", "7"}), "string");
  EXPECT_EQ(GuessedType({"9007199254740993", "2.5"}), "string");
  EXPECT_EQ(GuessedType({"12345678901234567890"}), "string");
  EXPECT_EQ(GuessedType({"true", "False", "NA"}), "bool");
  EXPECT_EQ(GuessedType({"2024-05-01"}), "date32[day]");
  EXPECT_EQ(GuessedType({"2024-05-01", "2024-05-01 10:00:00"}), "timestamp[s]");
  EXPECT_EQ(GuessedType({"2024-05-01 10:00:00", "2024-05-01T10:00:00Z"}), "timestamp[s, tz=UTC]");
  EXPECT_EQ(GuessedType({"2024-05-01 10:00:00.5"}), "timestamp[us]");
  EXPECT_EQ(GuessedType({"2024-05-01 10:00:00.123456789"}), "timestamp[ns]");
  EXPECT_EQ(GuessedType({"", "NA"}), "null");
  std::vector<std::string> late(400'000, "123456789012");
  late.emplace_back("late");
  EXPECT_EQ(GuessedType(late), "string");
}

TEST(CsvFile, FilesOfASourceFollowTheRulesOfAllSources) {
  TemporaryFolder folder;
  WriteText(folder / "a.csv", "k,v,s\n1,2,12\n");
  WriteText(folder / "b.csv", "k,v,s,more\n2,2.5,A1,x\n");
  WriteText(folder / "c.csv", "k,v\n3,\n");
  const auto table = ReadCsv(folder.path(), {"k", "v", "s", "more"}).ValueOrDie();
  EXPECT_EQ(Values(*table, "v"), "[2,2.5,null]");
  // What is text in one file is in the others.
  EXPECT_EQ(Values(*table, "s"), R"(["12","A1",null])");
  EXPECT_EQ(Values(*table, "more"), R"([null,"x",null])");
}

TEST(CsvFile, TagsSayHowItIsWritten) {
  TemporaryFolder folder;
  WriteText(folder / "a.csv", "k;v;s\n1;2,5;'a;b'\n2;-;c\n");
  const Tags tags = {{"csv.delimiter", ";"}, {"csv.decimal_point", ","}, {"csv.quote", "'"}, {"csv.nulls", "-,\\N"}};
  const auto table = ReadCsv(CsvSource(folder / "a.csv", tags), {"v", "s"}).ValueOrDie();
  EXPECT_EQ(Values(*table, "v"), "[2.5,null]");
  EXPECT_EQ(Values(*table, "s"), R"(["a;b","c"])");
  EXPECT_NE(Error(ReadCsv(CsvSource(folder / "a.csv", {{"csv.delimeter", ";"}}), {"v"})).find("csv.delimeter"),
            std::string::npos);
  EXPECT_NE(Error(ReadCsv(CsvSource(folder / "a.csv", {{"csv.delimiter", ";;"}}), {"v"})).find("one character"),
            std::string::npos);
}

TEST(CsvFile, LineEndsInQuotesAndRowsOutOfTheMiddle) {
  TemporaryFolder folder;
  std::string text = "k,v\n";
  for (int i = 0; i < 300'000; ++i) text += std::to_string(i) + ",\"line\nend " + std::to_string(i) + "\"\n";
  WriteText(folder / "a.csv", text);
  const auto reader = SourceReader::Open(CsvSource(folder / "a.csv"), RepoConfig()).ValueOrDie();
  const auto fragment = reader->Fragments().ValueOrDie()[0];
  RowSet rows(299'999);
  for (const int64_t row : {3, 200'000, 299'998}) rows.Add(row);
  rows.Seal();
  EXPECT_EQ(Values(*fragment->ReadRows({"k"}, rows).ValueOrDie(), "k"), "[3,200000,299998]");
  int64_t next = 0, pieces = 0;
  ASSERT_TRUE(fragment
                  ->Stream({"k"}, Dictionaries::kKept, {0, -1},
                           [&](const arrow::Table& piece, int64_t first) -> arrow::Result<bool> {
                             EXPECT_EQ(first, next);
                             next += piece.num_rows();
                             ++pieces;
                             return true;
                           })
                  .ok());
  EXPECT_EQ(next, 300'000);
  EXPECT_GT(pieces, 1);
  RowSet beyond(300'002);
  beyond.Add(300'001);
  beyond.Seal();
  EXPECT_NE(Error(fragment->ReadRows({"k"}, beyond)).find("was changed"), std::string::npos);
}

TEST(CsvFile, OtherEncodingsAreRefused) {
  TemporaryFolder folder;
  WriteText(folder / "a.csv", "k,gr\xf6sse\n1,2\n");
  EXPECT_NE(Error(ReadCsv(folder / "a.csv", {"k"})).find("the name of column 2 is not UTF-8: see its byte 3"),
            std::string::npos);
  WriteText(folder / "b.csv", std::string("\xff\xfek\0,\0v\0\n\0", 10));
  EXPECT_NE(Error(ReadCsv(folder / "b.csv", {"k"})).find("UTF-16"), std::string::npos);
  WriteText(folder / "c.csv", "\xef\xbb\xbfk,v\n1,2\n");
  EXPECT_EQ(Values(*ReadCsv(folder / "c.csv", {"k"}).ValueOrDie(), "k"), "[1]");
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

TEST(CsvFile, NamesWithoutRows) {
  TemporaryFolder folder;
  for (const char* text : {"k,v", "k,v\n", "k,v\r\n", "\xef\xbb\xbfk,\"v\""}) {
    WriteText(folder / "a.csv", text);
    const auto table = ReadCsv(folder / "a.csv", {"k", "v"}).ValueOrDie();
    EXPECT_EQ(table->num_rows(), 0) << text;
  }
  WriteText(folder / "a.csv", "k,v\n1,2");
  EXPECT_EQ(Values(*ReadCsv(folder / "a.csv", {"v"}).ValueOrDie(), "v"), "[2]");
}

TEST(CsvFile, QuotesThatDoNotEndAreNoCell) {
  const auto read = [](const std::string& cells, Tags tags = {}) {
    TemporaryFolder folder;
    WriteText(folder / "a.csv", "k,v\n" + cells);
    const auto table = ReadCsv(CsvSource(folder / "a.csv", std::move(tags)), {"v"}, {{{"v", arrow::utf8()}}, false});
    if (!table.ok()) return table.status().message();
    std::string text;
    for (int64_t i = 0; i < (*table)->num_rows(); ++i) {
      text += (*table)->column(0)->GetScalar(i).ValueOrDie()->ToString() + "|";
    }
    return text;
  };
  for (const char* cells : {"1,\"x\n2,y\n", "1,\"x\n2,y", "1,\"x\"\"\n2,y\n", "\"1,x\n2,y\n"}) {
    EXPECT_NE(read(cells).find("a quoted cell does not end; it begins with byte "), std::string::npos) << cells;
  }
  EXPECT_EQ(read("1,\"x\"\"y\n\"\n2,\"\"\n3,\"\"\"\"\n"), "x\"y\n||\"|");
  EXPECT_EQ(read("1,5\" pipe\n2,x\"y\"z\n"), "5\" pipe|x\"y\"z|");
  EXPECT_EQ(read("1,\"x\n", {{"csv.quote", "none"}}), "\"x|");
  EXPECT_EQ(read("1,'it''s'\n2,\"\n", {{"csv.quote", "'"}}), "it's|\"|");
}

TEST(CsvFile, WholeNumbersAreThoseThatAreWritten) {
  EXPECT_EQ(Declared("1,9007199254740993.0\n1,-7.\n1,1e3\n1,-0.0\n", arrow::int64()), "[9007199254740993,-7,1000,0]");
  for (const char* cell : {"4503599627370496.9999999999", "0.99999999999999999999", "9223372036854775808.0"}) {
    const std::string error = Declared(std::string("1,") + cell + "\n", arrow::int64());
    EXPECT_EQ(error.find("error: "), 0U) << cell << ": " << error;
  }
}

TEST(CsvFile, CellsTellWhatAColumnCannotBeDeclaredAs) {
  const auto against = [](const std::string& first, const std::string& second) {
    TemporaryFolder folder;
    WriteText(folder / "a.csv", "v\n" + first);
    WriteText(folder / "b.csv", "v\n" + second);
    const auto cells = SourceReader::ReadSchema(CsvSource(folder / "."), RepoConfig()).ValueOrDie()->against.at("v");
    std::string types;
    for (const auto& [type, cell] : cells) types += type + " ";
    return types;
  };
  EXPECT_EQ(against("1\n", "true\n0\n"), "double float int32 int64 timestamp timestamp[us] ");
  EXPECT_EQ(against("7.0\n", "9007199254740993\n007\n"), "bool int32 timestamp timestamp[us] ");
  EXPECT_EQ(against("NA\n", "2024-05-01\n"), "bool double float int32 int64 ");
  EXPECT_EQ(against("NA\n", "2024-05-01 10:00:00.123456789\n"), "bool double float int32 int64 timestamp[us] ");
  EXPECT_EQ(against("1\n", "x\n"), "bool double float int32 int64 timestamp timestamp[us] ");
}

TEST(CsvFile, EmptyFile) {
  TemporaryFolder folder;
  WriteText(folder / "a.csv", "");
  EXPECT_NE(Error(ReadCsv(folder / "a.csv", {"v"})).find("cannot be read as CSV"), std::string::npos);
}

}  // namespace
}  // namespace feast::scan
