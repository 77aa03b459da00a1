// Row groups and pages that a file's own indexes rule out.
#include "files/formats/parquet/parquet_file.h"
#include "files/formats/parquet/parquet_row_group.h"
#include "files/test_files.h"
#include "parquet/metadata.h"

namespace feast::scan {
namespace {

/// One row group of pages of two rows each, with indexes of every column and Bloom filters of two.
std::shared_ptr<Fragment> IndexedFragment(const TemporaryFolder& folder) {
  const auto table = MakeTable({{"driver", arrow::int64(), "[2, 4, 6, 8, 100, 102, null, null]"},
                                {"day", arrow::timestamp(arrow::TimeUnit::SECOND), "[1, 2, 3, 4, 5, 6, 7, 8]"},
                                {"city", arrow::utf8(), R"(["a", "b", "c", "d", "e", "f", "g", null])"}});
  parquet::WriterProperties::Builder builder;
  builder.enable_write_page_index()->data_pagesize(1)->write_batch_size(2)->disable_dictionary();
  builder.enable_bloom_filter("driver", {.ndv = 8, .fpp = 0.001});
  builder.enable_bloom_filter("city", {.ndv = 8, .fpp = 0.001});
  WriteParquetTable(*table, folder / "a.parquet", 8, builder.build());
  const ParquetFile file = OpenParquetFile(OpenLocation(folder / "a.parquet").ValueOrDie()).ValueOrDie();
  auto shared = std::make_shared<FragmentFile>();
  shared->uri = "a.parquet";
  shared->file_schema = file.schema;
  shared->source = UniteSchemas({{"a", file.schema}});
  return ParquetFragments(file, shared).ValueOrDie().at(0);
}

std::string Show(const arrow::Result<std::optional<std::vector<RowStretch>>>& stretches) {
  if (!stretches.ok()) return stretches.status().message();
  if (!*stretches) return "unknown";
  std::string text;
  for (const RowStretch& stretch : **stretches) {
    text += "[" + std::to_string(stretch.first) + "+" + std::to_string(stretch.count) + "]";
  }
  return text;
}

TEST(ParquetIndex, PagesOutsideTheRangeAreLeftOut) {
  TemporaryFolder folder;
  const auto fragment = IndexedFragment(folder);
  constexpr int64_t kSecond = 1'000'000'000;
  EXPECT_EQ(Show(fragment->RowsWithin("driver", {3, 5})), "[0+2]");
  EXPECT_EQ(Show(fragment->RowsWithin("driver", {5, 101})), "[2+4]");
  EXPECT_EQ(Show(fragment->RowsWithin("driver", {9, 99})), "");
  EXPECT_EQ(Show(fragment->RowsWithin("day", {4 * kSecond, 5 * kSecond})), "[2+4]");
  EXPECT_EQ(Show(fragment->RowsWithin("city", {0, 1})), "[0+8]");
  EXPECT_EQ(Show(fragment->RowsWithin("nothing", {0, 1})), "unknown");
}

TEST(ParquetIndex, BloomFiltersKnowWhatIsNotThere) {
  TemporaryFolder folder;
  const auto fragment = IndexedFragment(folder);
  EXPECT_FALSE(fragment->MayHoldAny("driver", {1, 3, 5}, {}).ValueOrDie());
  EXPECT_TRUE(fragment->MayHoldAny("driver", {1, 3, 102}, {}).ValueOrDie());
  EXPECT_FALSE(fragment->MayHoldAny("city", {}, {"x", "y"}).ValueOrDie());
  EXPECT_TRUE(fragment->MayHoldAny("city", {}, {"x", "g"}).ValueOrDie());
  EXPECT_TRUE(fragment->MayHoldAny("day", {9}, {}).ValueOrDie());
}

}  // namespace
}  // namespace feast::scan
