#include "files/source_reader.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

std::shared_ptr<Fragment> Int96File(const std::string& path, const arrow::Table& table) {
  auto stream = arrow::io::FileOutputStream::Open(path).ValueOrDie();
  const auto old = parquet::ArrowWriterProperties::Builder().enable_deprecated_int96_timestamps()->build();
  EXPECT_TRUE(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), stream, 1 << 20,
                                         parquet::default_writer_properties(), old)
                  .ok());
  EXPECT_TRUE(stream->Close().ok());
  FileSource source;
  source.path = path;
  return SourceReader::Open(source, RepoConfig()).ValueOrDie()->Fragments().ValueOrDie()[0];
}

TEST(Int96, NeverWrapsAround) {
  TemporaryFolder folder;
  // 9999-12-31, 0001-01-01, an ordinary moment.
  const auto micros = arrow::timestamp(arrow::TimeUnit::MICRO);
  const auto table = MakeTable({{"t", micros, "[253402214400000000, -62135596800000000, 1704067200000001, null]"},
                                {"l", arrow::list(micros), "[[253402214400000000], [], null, [1, null]]"}});
  const auto fragment = Int96File(folder / "a.parquet", *table);
  const auto read = fragment->Read({"t", "l"}).ValueOrDie();
  EXPECT_EQ(Values(*read, "t"), "[9999-12-3100:00:00.000000,0001-01-0100:00:00.000000,2024-01-0100:00:00.000001,null]");
  EXPECT_EQ(Values(*read, "l"), "[[9999-12-3100:00:00.000000],[],null,[1970-01-0100:00:00.000001,null]]");
  // The join counts what nanoseconds do not hold as the nearest end.
  const auto joined = fragment->Read({"t"}, Dictionaries::kKept).ValueOrDie()->column(0)->chunk(0)->data();
  EXPECT_EQ(joined->GetValues<int64_t>(1)[0], INT64_MAX);
  EXPECT_EQ(joined->GetValues<int64_t>(1)[1], INT64_MIN);
  EXPECT_EQ(joined->GetValues<int64_t>(1)[2], 1704067200000001000);
}

TEST(Int96, DigitsThatMicrosecondsDoNotHoldStayOrAreAnError) {
  TemporaryFolder folder;
  const auto table = MakeTable({{"t", arrow::timestamp(arrow::TimeUnit::NANO), "[1704067200000000001]"}});
  const auto fragment = Int96File(folder / "a.parquet", *table);
  EXPECT_NE(Error(fragment->Read({"t"})).find("'t' is stored as INT96"), std::string::npos);
  const auto joined = fragment->Read({"t"}, Dictionaries::kKept).ValueOrDie()->column(0)->chunk(0)->data();
  EXPECT_EQ(joined->GetValues<int64_t>(1)[0], 1704067200000000001);
}

}  // namespace
}  // namespace feast::scan
