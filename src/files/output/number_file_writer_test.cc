// Files of numbers are what libparquet's own writer would have written: the same values, statistics and page indexes.
#include "files/output/number_file_writer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "arrow/record_batch.h"
#include "files/formats/parquet/flat_columns_test.h"
#include "files/test_files.h"
#include "parquet/arrow/reader.h"
#include "parquet/file_reader.h"
#include "parquet/page_index.h"
#include "parquet/statistics.h"

namespace feast::scan {
namespace {

std::shared_ptr<parquet::WriterProperties> AnyWriterProperties(Random* random, const arrow::Schema& schema) {
  const auto one_of = [&](std::vector<int64_t> choices) { return choices[(*random)() % choices.size()]; };
  parquet::WriterProperties::Builder builder;
  builder.compression(std::vector{parquet::Compression::UNCOMPRESSED, parquet::Compression::SNAPPY}[one_of({0, 1})])
      ->max_rows_per_page(one_of({3, 100, 20'000}))
      ->dictionary_pagesize_limit(one_of({16, 256, 1 << 20}))
      ->max_row_group_length(one_of({90, 2000, 1 << 20}));
  for (const auto& field : schema.fields()) {
    if (one_of({0, 1}) == 0) builder.disable_dictionary(field->name());
  }
  return builder.build();
}

/// In batches of any length, some or many of which wait.
void WriteNumbers(const arrow::Table& table, const std::string& path,
                  const std::shared_ptr<parquet::WriterProperties>& properties, Random* random) {
  auto stream = arrow::io::FileOutputStream::Open(path).ValueOrDie();
  const auto writer = NumberFileWriter::Open(table.schema(), stream, properties,
                                             /*waiting_bytes=*/static_cast<int64_t>((*random)() % 100'000))
                          .ValueOrDie();
  ASSERT_NE(writer, nullptr);
  arrow::TableBatchReader rows(table);
  while (true) {
    rows.set_chunksize(1 + static_cast<int64_t>((*random)() % 3000));
    const auto batch = rows.Next().ValueOrDie();
    if (batch == nullptr) break;
    ASSERT_TRUE(writer->Write(*batch).ok());
  }
  ASSERT_TRUE(writer->Close().ok());
  ASSERT_TRUE(stream->Close().ok());
}

std::unique_ptr<parquet::arrow::FileReader> OpenReader(const std::string& path) {
  return parquet::arrow::OpenFile(arrow::io::ReadableFile::Open(path).ValueOrDie(), arrow::default_memory_pool())
      .ValueOrDie();
}

void ExpectSameIndexes(parquet::PageIndexReader* ours, parquet::PageIndexReader* theirs, int group, int column) {
  const auto our_pages = ours->RowGroup(group)->GetOffsetIndex(column)->page_locations();
  const auto their_pages = theirs->RowGroup(group)->GetOffsetIndex(column)->page_locations();
  ASSERT_FALSE(our_pages.empty());
  const auto our_index = ours->RowGroup(group)->GetColumnIndex(column);
  const auto their_index = theirs->RowGroup(group)->GetColumnIndex(column);
  ASSERT_EQ(our_index == nullptr, their_index == nullptr);
  // Theirs may end pages sooner, on reaching a size.
  if (our_index == nullptr || our_pages.size() != their_pages.size()) return;
  for (size_t page = 0; page < our_pages.size(); ++page) {
    EXPECT_EQ(our_pages[page].first_row_index, their_pages[page].first_row_index);
  }
  EXPECT_EQ(our_index->null_pages(), their_index->null_pages());
  EXPECT_EQ(our_index->null_counts(), their_index->null_counts());
  EXPECT_EQ(our_index->encoded_min_values(), their_index->encoded_min_values());
  EXPECT_EQ(our_index->encoded_max_values(), their_index->encoded_max_values());
}

void ExpectSameFiles(const std::string& ours, const std::string& theirs, const arrow::Table& table) {
  const auto our_reader = OpenReader(ours), their_reader = OpenReader(theirs);
  const auto read = our_reader->ReadTable().ValueOrDie();
  ASSERT_TRUE(read->ValidateFull().ok());
  ASSERT_TRUE(read->Equals(*table.CombineChunks().ValueOrDie(), arrow::EqualOptions::Defaults().nans_equal(true)));
  ASSERT_TRUE(read->schema()->Equals(their_reader->ReadTable().ValueOrDie()->schema(), /*check_metadata=*/true));
  const auto our_metadata = our_reader->parquet_reader()->metadata();
  const auto their_metadata = their_reader->parquet_reader()->metadata();
  ASSERT_EQ(our_metadata->num_row_groups(), their_metadata->num_row_groups());
  ASSERT_TRUE(our_metadata->schema()->Equals(*their_metadata->schema()));
  const auto our_indexes = our_reader->parquet_reader()->GetPageIndexReader();
  const auto their_indexes = their_reader->parquet_reader()->GetPageIndexReader();
  for (int group = 0; group < our_metadata->num_row_groups(); ++group) {
    ASSERT_EQ(our_metadata->RowGroup(group)->num_rows(), their_metadata->RowGroup(group)->num_rows());
    for (int column = 0; column < our_metadata->num_columns(); ++column) {
      const auto our_chunk = our_metadata->RowGroup(group)->ColumnChunk(column);
      const auto their_chunk = their_metadata->RowGroup(group)->ColumnChunk(column);
      EXPECT_EQ(our_chunk->num_values(), their_chunk->num_values());
      EXPECT_EQ(our_chunk->has_dictionary_page(), their_chunk->has_dictionary_page());
      ASSERT_TRUE(our_chunk->statistics()->Equals(*their_chunk->statistics()))
          << our_chunk->statistics()->EncodeMin() << their_chunk->statistics()->EncodeMin();
      ExpectSameIndexes(our_indexes.get(), their_indexes.get(), group, column);
    }
  }
}

TEST(NumberFileWriter, WritesWhatTheGeneralWriterWrites) {
  TemporaryFolder folder;
  for (int seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const auto table = AnyFlatTable(&random);
    const auto properties = AnyWriterProperties(&random, *table->schema());
    WriteNumbers(*table, folder / "ours.parquet", properties, &random);
    WriteParquetTable(*table, folder / "theirs.parquet", properties->max_row_group_length(), properties);
    if (HasFatalFailure()) return;
    ExpectSameFiles(folder / "ours.parquet", folder / "theirs.parquet", *table);
    if (HasFailure()) return;
  }
}

TEST(NumberFileWriter, FloatsThatAreNoNumbersAndZerosOfEitherSign) {
  TemporaryFolder folder;
  Random random(1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<double>& values :
       {std::vector<double>{nan, nan}, {nan, -0.0, nan, 0.0}, {0.0}, {-0.0}, {INFINITY, nan, -INFINITY, 1}}) {
    arrow::DoubleBuilder builder;
    ASSERT_TRUE(builder.AppendValues(values).ok());
    ASSERT_TRUE(builder.AppendNull().ok());
    const auto table =
        arrow::Table::Make(arrow::schema({arrow::field("d", arrow::float64())}), {builder.Finish().ValueOrDie()});
    const auto& properties = parquet::default_writer_properties();
    WriteNumbers(*table, folder / "ours.parquet", properties, &random);
    WriteParquetTable(*table, folder / "theirs.parquet");
    ExpectSameFiles(folder / "ours.parquet", folder / "theirs.parquet", *table);
  }
}

TEST(NumberFileWriter, FilesWithoutRowsAndColumnsOfOtherKinds) {
  TemporaryFolder folder;
  Random random(1);
  const auto table = MakeTable({{"n", arrow::int64(), "[]"}});
  WriteNumbers(*table, folder / "none.parquet", parquet::default_writer_properties(), &random);
  EXPECT_EQ(OpenReader(folder / "none.parquet")->ReadTable().ValueOrDie()->num_rows(), 0);
  auto stream = arrow::io::FileOutputStream::Open(folder / "other.parquet").ValueOrDie();
  for (const auto& type :
       {arrow::utf8(), arrow::boolean(), arrow::list(arrow::int64()), arrow::int16(),
        arrow::timestamp(arrow::TimeUnit::SECOND), arrow::struct_({arrow::field("a", arrow::int64())})}) {
    const auto schema = arrow::schema({arrow::field("n", arrow::int64()), arrow::field("c", type)});
    EXPECT_EQ(NumberFileWriter::Open(schema, stream, parquet::default_writer_properties()).ValueOrDie(), nullptr)
        << type->ToString();
  }
  EXPECT_EQ(stream->Tell().ValueOrDie(), 0);
}

}  // namespace
}  // namespace feast::scan
