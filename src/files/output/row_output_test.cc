#include "files/output/row_output.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "arrow/io/memory.h"
#include "arrow/ipc/reader.h"
#include "files/formats/csv/csv_file.h"
#include "files/output/file_output.h"
#include "files/output/json_text.h"
#include "files/test_files.h"
#include "system/temporary_file.h"

namespace feast::scan {
namespace {

std::string Written(RowFormat format, const std::shared_ptr<arrow::Table>& table) {
  arrow::TableBatchReader rows(table);
  rows.set_chunksize(2);
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  EXPECT_EQ(WriteRows(format, rows, stream).ValueOrDie(), table->num_rows());
  return stream->Finish().ValueOrDie()->ToString();
}

std::shared_ptr<arrow::Table> Rows() {
  const auto micros = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return MakeTable({{"id", arrow::int64(), "[1, null, 3]"},
                    {"t", micros, "[1500, -1500, null]"},
                    {"rate", arrow::float64(), "[0.1, 2, null]"},
                    {"name", arrow::utf8(), R"(["a/\"b\"", "", null])"},
                    {"list", arrow::list(arrow::float32()), "[[1, 0.5], [], null]"}});
}

TEST(RowOutput, JsonIsThatOfFeast) {
  EXPECT_EQ(Written(RowFormat::kJson, Rows()), R"([
    {
        "id":1,
        "t":1,
        "rate":0.1,
        "name":"a\/\"b\"",
        "list":[1.0,0.5]
    },
    {
        "id":null,
        "t":-2,
        "rate":2.0,
        "name":"",
        "list":[]
    },
    {
        "id":3,
        "t":null,
        "rate":null,
        "name":null,
        "list":null
    }
]
)");
  EXPECT_EQ(Written(RowFormat::kJson, Rows()->Slice(0, 0)), "[]\n");
}

TEST(RowOutput, JsonOfEveryType) {
  const auto text = [](const std::shared_ptr<arrow::DataType>& type, const std::string& values) {
    const auto table = MakeTable({{"x", type, values}});
    std::string out;
    AppendJson(*table->column(0)->chunk(0), 0, &out);
    return out;
  };
  EXPECT_EQ(text(arrow::boolean(), "[true]"), "true");
  EXPECT_EQ(text(arrow::uint64(), "[18446744073709551615]"), "18446744073709551615");
  EXPECT_EQ(text(arrow::float32(), "[0.1]"), "0.1");
  EXPECT_EQ(text(arrow::float64(), "[1e300]"), "1e+300");
  EXPECT_EQ(text(arrow::float64(), "[NaN]"), "null");
  EXPECT_EQ(text(arrow::date32(), "[1]"), "86400000");
  EXPECT_EQ(text(arrow::binary(), R"(["abc"])"), R"("YWJj")");
  EXPECT_EQ(text(arrow::decimal128(10, 2), R"(["1.50"])"), "1.50");
  EXPECT_EQ(text(arrow::struct_({arrow::field("a", arrow::int8())}), R"([{"a": 1}])"), R"({"a":1})");
  EXPECT_EQ(text(arrow::map(arrow::int8(), arrow::utf8()), R"([[[1, "x"]]])"), R"({"1":"x"})");
  EXPECT_EQ(text(arrow::dictionary(arrow::int8(), arrow::utf8()), R"(["x"])"), R"("x")");
  EXPECT_EQ(text(arrow::time32(arrow::TimeUnit::SECOND), "[61]"), R"("00:01:01")");
  EXPECT_EQ(text(arrow::utf8(), R"(["\u0001\n"])"), R"("\u0001\n")");
}

TEST(RowOutput, CsvReadsBack) {
  EXPECT_EQ(Written(RowFormat::kCsv, Rows()), R"("id","t","rate","name","list"
1,1970-01-01 00:00:00.001500Z,0.1,"a/""b""","[1.0,0.5]"
,1969-12-31 23:59:59.998500Z,2,"","[]"
3,,,,
)");
  const auto dictionary = MakeTable({{"x", arrow::dictionary(arrow::int8(), arrow::utf8()), R"(["a,b", null])"}});
  EXPECT_EQ(Written(RowFormat::kCsv, dictionary), "\"x\"\n\"a,b\"\n\n");
}

TEST(RowOutput, ArrowKeepsEverything) {
  const std::string bytes = Written(RowFormat::kArrow, Rows());
  const auto file = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  const auto reader = arrow::ipc::RecordBatchFileReader::Open(file).ValueOrDie();
  EXPECT_TRUE(reader->ToTable().ValueOrDie()->Equals(*Rows()));
}

TEST(RowOutput, NamesSayTheFormat) {
  EXPECT_EQ(RowFormatOf("s3://b/x.PARQUET").ValueOrDie(), RowFormat::kParquet);
  EXPECT_EQ(RowFormatOf("a.b/x.feather").ValueOrDie(), RowFormat::kArrow);
  EXPECT_NE(Error(RowFormatOf("x.txt")).find(".csv or .json): 'x.txt'"), std::string::npos);
}

TEST(RowOutput, AFullDiskLeavesNothingBehindInAnyFormat) {
  const TemporaryFolder folder;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old;
  getrlimit(RLIMIT_FSIZE, &old);
  for (const char* name : {"x.parquet", "x.arrow", "x.csv", "x.json"}) {
    std::ofstream(folder / name) << "old";
    arrow::TableBatchReader rows(Rows());
    // A limit on the size of files fails writes as a full disk does.
    const rlimit small{20, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto status = WriteFile(OpenLocation(folder / name).ValueOrDie(), [&](const auto& stream) {
                          return WriteRows(RowFormatOf(name).ValueOrDie(), rows, stream);
                        }).status();
    setrlimit(RLIMIT_FSIZE, &old);
    EXPECT_TRUE(status.IsIOError()) << status.ToString();
    EXPECT_NE(status.message().find(name), std::string::npos) << status.ToString();
    std::ostringstream content;
    content << std::ifstream(folder / name).rdbuf();
    EXPECT_EQ(content.str(), "old");
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 4) << "no temporary files";
}

TEST(TemporaryFile, GoesWithItsObjectOrBeforeTheProgramExits) {
  const TemporaryFolder folder;
  {
    const TemporaryFile gone(folder / "gone");
    std::ofstream(gone.path()) << "x";
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "gone"));
  const std::string path = folder / "interrupted";
  EXPECT_EXIT(
      {
        const TemporaryFile file(path);
        std::ofstream(path) << "x";
        RemoveTemporaryFilesForExit();
        std::_Exit(std::filesystem::exists(path) ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace feast::scan
