#include "files/source_reader.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

void WriteInt96(const std::string& path, const arrow::Table& table) {
  auto stream = arrow::io::FileOutputStream::Open(path).ValueOrDie();
  const auto old = parquet::ArrowWriterProperties::Builder().enable_deprecated_int96_timestamps()->build();
  EXPECT_TRUE(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), stream, 1 << 20,
                                         parquet::default_writer_properties(), old)
                  .ok());
  EXPECT_TRUE(stream->Close().ok());
}

std::shared_ptr<SourceReader> OpenInt96(const std::string& path, const std::string& feature = "") {
  FileSource source;
  source.path = path;
  DeclaredTypes declared;
  if (!feature.empty()) declared.values = {feature};
  return SourceReader::Open(source, RepoConfig(), declared).ValueOrDie();
}

std::shared_ptr<Fragment> Int96File(const std::string& path, const arrow::Table& table,
                                    const std::string& feature = "") {
  WriteInt96(path, table);
  return OpenInt96(path, feature)->Fragments().ValueOrDie()[0];
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

TEST(Int96, FeaturesAreReadInTheUnitThatHoldsAllOfThem) {
  TemporaryFolder folder;
  const auto nanos = arrow::timestamp(arrow::TimeUnit::NANO), micros = arrow::timestamp(arrow::TimeUnit::MICRO);
  const auto fine = MakeTable(
      {{"t", nanos, "[1704067200000000001, null]"}, {"l", arrow::list(nanos), "[[1704067200000000001, null], []]"}});
  const auto coarse = MakeTable({{"t", nanos, "[1704067200000001000]"}, {"l", arrow::list(nanos), "[null]"}});
  for (const std::string feature : {"t", "l"}) {
    EXPECT_EQ(Values(*Int96File(folder / "a.parquet", *fine, feature)->Read({feature}).ValueOrDie(), feature),
              feature == "t" ? "[2024-01-0100:00:00.000000001,null]" : "[[2024-01-0100:00:00.000000001,null],[]]");
    EXPECT_EQ(Values(*Int96File(folder / "a.parquet", *coarse, feature)->Read({feature}).ValueOrDie(), feature),
              feature == "t" ? "[2024-01-0100:00:00.000001]" : "[null]");
  }
  // One unit for all files.
  WriteInt96(folder / "all/a.parquet", *coarse);
  WriteInt96(folder / "all/b.parquet", *fine);
  const auto reader = OpenInt96(folder / "all", "t");
  EXPECT_TRUE(reader->schema()->GetFieldByName("t")->type()->Equals(*nanos));
  EXPECT_EQ(Values(*reader->Fragments().ValueOrDie()[0]->Read({"t"}).ValueOrDie(), "t"),
            "[2024-01-0100:00:00.000001000]");
  WriteInt96(folder / "all/c.parquet", *MakeTable({{"t", micros, "[253402214400000000]"}}));
  const auto fragments = OpenInt96(folder / "all", "t")->Fragments().ValueOrDie();
  EXPECT_TRUE(fragments[0]->Read({"t"}).ok());
  EXPECT_NE(Error(fragments[1]->Read({"t"})).find("'t' is stored as INT96 and has both"), std::string::npos);
  EXPECT_TRUE(fragments[2]->Read({"t"}).ok());
}

TEST(Int96, TheJoinKeepsAllDigits) {
  TemporaryFolder folder;
  const auto table = MakeTable({{"t", arrow::timestamp(arrow::TimeUnit::NANO), "[1704067200000000001]"}});
  const auto fragment = Int96File(folder / "a.parquet", *table);
  const auto joined = fragment->Read({"t"}, Dictionaries::kKept).ValueOrDie()->column(0)->chunk(0)->data();
  EXPECT_EQ(joined->GetValues<int64_t>(1)[0], 1704067200000000001);
}

}  // namespace
}  // namespace feast::scan
