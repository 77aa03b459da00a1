// Columns read page by page are what libparquet's own reader makes of them, however the file was written; what is
// damaged is an error.
#include "files/formats/parquet/flat_column.h"

#include <random>

#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/compute/api_vector.h"
#include "arrow/compute/cast.h"
#include "files/formats/parquet/flat_columns_test.h"
#include "files/fragment.h"
#include "files/places/counting_file_test.h"
#include "files/schema/type_union.h"
#include "files/test_files.h"
#include "parquet/arrow/reader.h"
#include "parquet/file_reader.h"

namespace feast::scan {
namespace {

/// A file of one row group.
struct OpenFile {
  std::shared_ptr<arrow::io::RandomAccessFile> input;
  std::unique_ptr<parquet::arrow::FileReader> reader;

  std::shared_ptr<parquet::FileMetaData> metadata() const { return reader->parquet_reader()->metadata(); }
  FlatColumn Column(int leaf, const std::shared_ptr<arrow::DataType>& type) const {
    return {input, metadata(), 0, leaf, type};
  }
};

OpenFile Open(const std::string& path) {
  OpenFile file;
  file.input = arrow::io::ReadableFile::Open(path).ValueOrDie();
  parquet::arrow::FileReaderBuilder builder;
  EXPECT_TRUE(builder.Open(file.input).ok());
  file.reader = builder.Build().ValueOrDie();
  return file;
}

std::shared_ptr<arrow::Array> Decoded(const std::shared_ptr<arrow::Array>& array) {
  const auto type = PlainType(array->type());
  return arrow::compute::Cast(*array, type).ValueOrDie();
}

RowSet AnyRows(int64_t rows, Random* random) {
  RowSet set(rows);
  const uint64_t one_in = std::vector<uint64_t>{1, 3, 50, 1000}[(*random)() % 4];
  for (int64_t row = 0; row < rows; ++row) {
    if ((*random)() % one_in == 0) set.Add(row);
  }
  set.Seal();
  return set;
}

arrow::Result<std::shared_ptr<arrow::Array>> ReadInPieces(const FlatColumn& column, bool dictionary,
                                                          const RowStretch& stretch, Random* random) {
  ARROW_ASSIGN_OR_RAISE(const auto stream, FlatStream::Open(column, dictionary, stretch));
  std::vector<std::shared_ptr<arrow::Array>> pieces;
  for (int64_t read = 0; read < stretch.count;) {
    const int64_t count = std::min<int64_t>(stretch.count - read, 1 + static_cast<int64_t>((*random)() % 2000));
    ARROW_ASSIGN_OR_RAISE(pieces.emplace_back(), stream->Next(count));
    read += count;
  }
  return arrow::Concatenate(pieces);
}

void ExpectLike(const arrow::Table& read, int column, const OpenFile& file, Random* random, const std::string& where) {
  const auto expected = arrow::Concatenate(read.column(column)->chunks()).ValueOrDie();
  ASSERT_TRUE(IsFlat(*file.metadata()->schema()->Column(column), *expected->type())) << where;
  const FlatColumn flat = file.Column(column, expected->type());
  const RowStretch every_row{0, expected->length()};
  const auto all = ReadInPieces(flat, false, every_row, random).ValueOrDie();
  ASSERT_TRUE(all->ValidateFull().ok()) << where;
  ASSERT_TRUE(all->Equals(*expected)) << where << all->ToString() << expected->ToString();

  const auto dictionary = ReadInPieces(flat, true, every_row, random);
  if (dictionary.ok()) {
    ASSERT_TRUE((*dictionary)->ValidateFull().ok()) << where;
    ASSERT_TRUE(Decoded(*dictionary)->Equals(*expected)) << where;
  }

  const auto first = static_cast<int64_t>((*random)() % static_cast<uint64_t>(expected->length()));
  const auto left = static_cast<uint64_t>(expected->length() - first);
  const RowStretch some_rows{first, 1 + static_cast<int64_t>((*random)() % left)};
  const auto part = expected->Slice(some_rows.first, some_rows.count);
  const std::string which = where + " rows from " + std::to_string(first) + ": " + std::to_string(some_rows.count);
  ASSERT_TRUE(ReadInPieces(flat, false, some_rows, random).ValueOrDie()->Equals(*part)) << which;
  const auto entries = ReadInPieces(flat, true, some_rows, random);
  if (entries.ok()) {
    ASSERT_TRUE(Decoded(*entries)->Equals(*part)) << which;
  }

  const RowSet rows = AnyRows(expected->length(), random);
  arrow::Int64Builder indices;
  rows.ForEach(0, expected->length(), [&](int64_t row) { EXPECT_TRUE(indices.Append(row).ok()); });
  const auto taken = arrow::compute::Take(*expected, *indices.Finish().ValueOrDie()).ValueOrDie();
  const auto some = ReadFlatRows(flat, rows).ValueOrDie();
  ASSERT_TRUE(some->ValidateFull().ok()) << where;
  ASSERT_TRUE(some->Equals(*taken)) << where << some->ToString() << taken->ToString();
}

TEST(FlatColumn, ReadsWhatTheGeneralReaderReads) {
  TemporaryFolder folder;
  const std::string path = folder / "any.parquet";
  for (int seed = 0; seed < 150; ++seed) {
    Random random(seed);
    const auto table = AnyFlatTable(&random);
    WriteParquetTable(*table, path, table->num_rows(), AnyProperties(&random, *table->schema()));
    const OpenFile file = Open(path);
    const auto read = file.reader->ReadTable().ValueOrDie();
    for (int column = 0; column < read->num_columns(); ++column) {
      ExpectLike(*read, column, file, &random, "seed " + std::to_string(seed) + " column " + std::to_string(column));
      if (HasFatalFailure()) return;
    }
  }
}

/// Pages of 20,000 rows, as most writers make them, of a megabyte, or all of a column in one.
std::shared_ptr<parquet::WriterProperties> LargePages(parquet::Compression::type codec, bool dictionary,
                                                      Random* random) {
  parquet::WriterProperties::Builder builder;
  if ((*random)() % 2 == 0) builder.max_rows_per_page(1 << 30);
  builder.compression(codec)->data_page_version((*random)() % 2 == 0 ? parquet::ParquetDataPageVersion::V1
                                                                     : parquet::ParquetDataPageVersion::V2);
  builder.data_pagesize((*random)() % 2 == 0 ? 1 << 20 : 1 << 26);
  if (!dictionary) builder.disable_dictionary();
  return builder.build();
}

RowSet FewRows(int64_t rows, Random* random) {
  RowSet set(rows);
  for (uint64_t i = 1 + (*random)() % 40; i > 0; --i) {
    set.Add(static_cast<int64_t>((*random)() % static_cast<uint64_t>(rows)));
  }
  set.Seal();
  return set;
}

TEST(FlatColumn, FewRowsOfLargePagesAreWhatTheGeneralReaderReads) {
  TemporaryFolder folder;
  const std::string path = folder / "large.parquet";
  constexpr int64_t kRows = 400'000;
  for (int seed = 0; seed < 60; ++seed) {
    Random random(seed);
    const auto type = FlatTypes()[random() % FlatTypes().size()];
    const auto array = AnyColumn(type, kRows, &random);
    const auto schema = arrow::schema({arrow::field("c", type, array->null_count() > 0 || random() % 2 == 0)});
    const auto codec = std::vector{parquet::Compression::UNCOMPRESSED, parquet::Compression::SNAPPY,
                                   parquet::Compression::SNAPPY, parquet::Compression::ZSTD}[random() % 4];
    WriteParquetTable(*arrow::Table::Make(schema, {array}), path, kRows, LargePages(codec, random() % 2 == 0, &random));
    const OpenFile file = Open(path);
    for (int i = 0; i < 5; ++i) {
      const RowSet rows = FewRows(kRows, &random);
      arrow::Int64Builder indices;
      rows.ForEach(0, kRows, [&](int64_t row) { EXPECT_TRUE(indices.Append(row).ok()); });
      const auto expected = arrow::compute::Take(*array, *indices.Finish().ValueOrDie()).ValueOrDie();
      const auto read = ReadFlatRows(file.Column(0, type), rows).ValueOrDie();
      ASSERT_TRUE(read->ValidateFull().ok()) << "seed " << seed;
      ASSERT_TRUE(read->Equals(*expected)) << "seed " << seed << read->ToString() << expected->ToString();
    }
  }
}

TEST(FlatColumn, OfALargePageThatDoesNotCompressJustTheRowsAreRead) {
  TemporaryFolder folder;
  const std::string path = folder / "large.parquet";
  constexpr int64_t kRows = 1'000'000;
  Random random(7);
  arrow::DoubleBuilder builder;
  for (int64_t row = 0; row < kRows; ++row) {
    ASSERT_TRUE(builder.Append(std::uniform_real_distribution<double>()(random)).ok());
  }
  const auto array = builder.Finish().ValueOrDie();
  const auto schema = arrow::schema({arrow::field("c", arrow::float64())});
  RowSet rows(kRows);
  for (int64_t row = 5; row < kRows; row += 20'000) rows.Add(row);
  rows.Seal();
  for (const auto codec : {parquet::Compression::UNCOMPRESSED, parquet::Compression::SNAPPY}) {
    for (const bool read_whole : {false, true}) {
      WriteParquetTable(*arrow::Table::Make(schema, {array}), path, kRows, LargePages(codec, false, &random));
      OpenFile file = Open(path);
      std::string text = file.input->ReadAt(0, file.input->GetSize().ValueOrDie()).ValueOrDie()->ToString();
      const auto counting = std::make_shared<CountingFile>(text);
      file.input = counting;
      FlatColumn column = file.Column(0, arrow::float64());
      column.read_whole = read_whole;
      const auto read = ReadFlatRows(column, rows).ValueOrDie();
      for (int i = 0; i < 50; ++i) ASSERT_TRUE(read->RangeEquals(*array, i, i + 1, 5 + i * 20'000));
      ASSERT_EQ(read->length(), 50);
      if (read_whole) {
        EXPECT_EQ(counting->reads(), 1);
      } else {
        EXPECT_LT(counting->bytes_read() * 10, static_cast<int64_t>(text.size()));
      }

      // Someone makes it shorter meanwhile.
      text.resize(text.size() / 2);
      column.file = std::make_shared<CountingFile>(text);
      EXPECT_FALSE(ReadFlatRows(column, rows).ok());
    }
  }
}

TEST(FlatColumn, DamagedBytesAreAnErrorOrOtherValues) {
  TemporaryFolder folder;
  const std::string path = folder / "any.parquet";
  int errors = 0;
  for (int seed = 0; seed < 300; ++seed) {
    Random random(seed);
    constexpr int64_t kRows = 300;
    const auto type = FlatTypes()[random() % FlatTypes().size()];
    const auto schema = arrow::schema({arrow::field("c", type)});
    WriteParquetTable(*arrow::Table::Make(schema, {AnyColumn(type, kRows, &random)}), path, kRows,
                      AnyProperties(&random, *schema));
    const int64_t pages_end = [&] {
      const auto chunk = Open(path).metadata()->RowGroup(0)->ColumnChunk(0);
      return 4 + chunk->total_compressed_size();
    }();
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    for (int i = 0; i < 3; ++i) {
      file.seekp(static_cast<std::streamoff>(4 + random() % (pages_end - 4)));
      file.put(static_cast<char>(random()));
    }
    file.close();
    const OpenFile open = Open(path);
    const FlatColumn flat = open.Column(0, type);
    const RowSet rows = AnyRows(kRows, &random);
    for (const auto& read : {ReadInPieces(flat, false, {0, kRows}, &random),
                             ReadInPieces(flat, true, {0, kRows}, &random), ReadFlatRows(flat, rows)}) {
      if (read.ok()) {
        EXPECT_TRUE((*read)->ValidateFull().ok()) << "seed " << seed;
      } else {
        ++errors;
      }
    }
  }
  EXPECT_GT(errors, 100);
}

TEST(RowSet, RowsKnowTheirPlaces) {
  RowSet rows(200);
  for (const int64_t row : {150, 3, 63, 64, 3, 199}) rows.Add(row);
  rows.Seal();
  EXPECT_EQ(rows.size(), 5);
  EXPECT_EQ(rows.Rank(0), 0);
  EXPECT_EQ(rows.Rank(64), 2);
  EXPECT_EQ(rows.Rank(199), 4);
  EXPECT_EQ(rows.Rank(200), 5);
  EXPECT_FALSE(rows.HasAny(65, 150));
  EXPECT_TRUE(rows.HasAny(65, 151));
  EXPECT_EQ(rows.LastBefore(200), 199);
  EXPECT_EQ(rows.LastBefore(199), 150);
  EXPECT_EQ(rows.LastBefore(64), 63);
  EXPECT_EQ(rows.LastBefore(63), 3);
  std::vector<int64_t> seen;
  rows.ForEach(4, 199, [&](int64_t row) { seen.push_back(row); });
  EXPECT_EQ(seen, (std::vector<int64_t>{63, 64, 150}));
}

}  // namespace
}  // namespace feast::scan
