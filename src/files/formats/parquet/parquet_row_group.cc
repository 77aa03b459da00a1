#include "files/formats/parquet/parquet_row_group.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/chunked_array.h"
#include "arrow/io/interfaces.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "files/formats/parquet/chunk_stream.h"
#include "files/formats/parquet/flat_column.h"
#include "files/formats/parquet/int96_moments.h"
#include "files/formats/parquet/parquet_calls.h"
#include "files/formats/parquet/parquet_index.h"
#include "files/formats/parquet/parquet_statistics.h"
#include "files/schema/type_union.h"
#include "files/schema/widened_values.h"
#include "parquet/arrow/reader.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"
#include "parquet/schema.h"
#include "system/array_check.h"

namespace feast::scan {
namespace {

/// The leaf columns below the top-level columns called `names`.
std::vector<int> LeafColumns(const parquet::SchemaDescriptor& schema, const std::vector<std::string>& names) {
  std::vector<int> leaves;
  for (const std::string& name : names) {
    const int top = schema.group_node()->FieldIndex(name);
    if (top < 0) continue;
    const parquet::schema::Node* wanted = schema.group_node()->field(top).get();
    for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
      if (schema.GetColumnRoot(leaf) == wanted) leaves.push_back(leaf);
    }
  }
  return leaves;
}

/// Whether every data page of the chunk is encoded by dictionary, so that reading it as one spares work.
bool IsDictionaryEncoded(const parquet::ColumnChunkMetaData& chunk) {
  // Without counts of pages nothing is promised: writers go over to plain pages where a dictionary grows too large.
  if (!chunk.has_dictionary_page()) return false;
  bool stats = false;
  for (const parquet::PageEncodingStats& page : chunk.encoding_stats()) {
    if (page.page_type == parquet::PageType::DICTIONARY_PAGE) continue;
    if (page.encoding != parquet::Encoding::RLE_DICTIONARY && page.encoding != parquet::Encoding::PLAIN_DICTIONARY)
      return false;
    stats = true;
  }
  return stats;
}

/// Rows decoded at a time: few enough that the join columns stay in a core's cache, many beside the cost of a batch.
constexpr int64_t kBatchRows = 1 << 15;
/// The first ones, by which who reads them may find that other columns are better to read.
constexpr int64_t kFirstBatchRows = 1 << 12;

/// Arrow cannot take rows out of every type that a file may name, views of text among them.
arrow::Result<std::shared_ptr<arrow::Table>> Plain(std::shared_ptr<arrow::Table> table) {
  for (int i = 0; i < table->num_columns(); ++i) {
    const auto type = PlainType(table->column(i)->type());
    if (table->column(i)->type()->id() == arrow::Type::DICTIONARY || table->column(i)->type()->Equals(*type)) continue;
    ARROW_ASSIGN_OR_RAISE(auto plain, Widened(table->column(i), type));
    ARROW_ASSIGN_OR_RAISE(table, table->SetColumn(i, table->field(i)->WithType(type), std::move(plain)));
  }
  return table;
}

/// Columns by name.
using Arrays = std::map<std::string, std::shared_ptr<arrow::ChunkedArray>>;

class RowGroup : public Fragment {
 public:
  RowGroup(const ParquetFile& parquet, std::shared_ptr<const FragmentFile> file, int index)
      : Fragment(std::move(file)), parquet_(parquet), index_(index) {}

  int64_t rows() const override { return group()->num_rows(); }

  int64_t bytes(const std::vector<std::string>& columns) const override {
    int64_t sum = 0;
    for (const int leaf : LeafColumns(*parquet_.metadata->schema(), columns)) {
      // Estimates take what the footer can tell; reading says what it cannot.
      if (const auto chunk = ReadableChunk(leaf)) sum += std::max<int64_t>(0, chunk->total_compressed_size());
    }
    return sum;
  }

  Hold Fetch(const std::vector<std::string>& columns) const override {
    if (!parquet_.remote) return nullptr;
    const auto file_bytes = parquet_.remote->GetSize();
    if (!file_bytes.ok()) return nullptr;
    std::vector<arrow::io::ReadRange> ranges;
    for (const int leaf : LeafColumns(*parquet_.metadata->schema(), columns)) {
      if (ReadableChunk(leaf) == nullptr) continue;
      // The range that ChunkStream reads, so that every read finds its bytes here.
      ranges.push_back(ChunkRange(*parquet_.metadata, index_, leaf, *file_bytes));
    }
    return parquet_.remote->Fetch(std::move(ranges));
  }

 protected:
  arrow::Result<std::shared_ptr<arrow::Table>> ReadStored(const std::vector<std::string>& columns, const RowSet* rows,
                                                          Dictionaries dictionaries) const override {
    ARROW_ASSIGN_OR_RAISE(Arrays arrays, ReadNotFlat(columns, rows, dictionaries));
    for (const std::string& name : columns) {
      if (!IsFlatColumn(name)) continue;
      auto array = ReadFlat(name, rows, dictionaries);
      if (!array.ok()) return OfColumn(name, array.status());
      arrays[name] = std::make_shared<arrow::ChunkedArray>(*std::move(array));
    }
    return TableOf(columns, arrays, rows != nullptr ? rows->size() : this->rows());
  }

  bool StoredReadsByPage(const std::vector<std::string>& columns) const override {
    return !parquet_.remote &&
           std::all_of(columns.begin(), columns.end(), [&](const std::string& name) { return IsFlatColumn(name); });
  }

  arrow::Status StreamStored(const std::vector<std::string>& columns, Dictionaries dictionaries, const RowStretch& part,
                             const BatchVisitor& visit) const override {
    // Whole columns first, for the general reader has no way to go on from a row. Flat ones follow batch by batch.
    ARROW_ASSIGN_OR_RAISE(const Arrays whole, ReadNotFlat(columns, nullptr, dictionaries));
    std::map<std::string, std::unique_ptr<FlatStream>> streams;
    for (const std::string& name : columns) {
      if (!IsFlatColumn(name)) continue;
      auto stream = OpenFlat(name, dictionaries, part);
      if (!stream.ok()) return OfColumn(name, stream.status());
      streams[name] = *std::move(stream);
    }
    const int64_t end = part.first + part.count;
    for (int64_t first = part.first, count; first < end; first += count) {
      const int64_t batch_rows = first == part.first ? kFirstBatchRows : kBatchRows;
      // Without streams everything is there already.
      count = streams.empty() ? part.count : std::min(batch_rows, end - first);
      Arrays arrays;
      for (const auto& [name, array] : whole) arrays[name] = array->Slice(first, count);
      for (const auto& [name, stream] : streams) {
        auto array = stream->Next(count);
        if (!array.ok()) return OfColumn(name, array.status());
        arrays[name] = std::make_shared<arrow::ChunkedArray>(*std::move(array));
      }
      // A visitor that stops opens new streams, of other columns, from the next row on.
      ARROW_ASSIGN_OR_RAISE(const bool go_on, visit(*TableOf(columns, arrays, count), first));
      if (!go_on) break;
    }
    return arrow::Status::OK();
  }

  std::optional<ValueRange> StoredRange(const std::string& column) const override {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {column});
    const auto chunk = leaves.size() == 1 ? ReadableChunk(leaves[0]) : nullptr;
    if (chunk == nullptr) return std::nullopt;
    // Damaged statistics tell nothing about the column.
    return CaughtFromParquet([&] {
             return StatisticsRange(*chunk, *parquet_.metadata->schema()->Column(leaves[0]),
                                    *file().file_schema->GetFieldByName(column)->type());
           })
        .ValueOr(std::nullopt);
  }

  arrow::Result<std::optional<std::vector<RowStretch>>> StoredRowsWithin(const std::string& column,
                                                                         const ValueRange& range) const override {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {column});
    // An index elsewhere in a remote file costs a request of its own, and its column chunks are fetched as a whole.
    if (parquet_.remote || leaves.size() != 1) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(const auto chunk, Chunk(leaves[0]));
    if (!chunk->GetColumnIndexLocation()) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader({column}, Dictionaries::kDecoded));
    return PagesWithin({reader->parquet_reader(), index_, leaves[0]},
                       *file().file_schema->GetFieldByName(column)->type(), range);
  }

  arrow::Result<bool> StoredMayHoldAny(const std::string& column, const std::vector<int64_t>& integers,
                                       const std::vector<std::string_view>& texts) const override {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {column});
    if (parquet_.remote || leaves.size() != 1) return true;
    ARROW_ASSIGN_OR_RAISE(const auto chunk, Chunk(leaves[0]));
    if (!chunk->bloom_filter_offset()) return true;
    ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader({column}, Dictionaries::kDecoded));
    return BloomFilterMayHoldAny({reader->parquet_reader(), index_, leaves[0]}, integers, texts);
  }

 private:
  std::unique_ptr<parquet::RowGroupMetaData> group() const { return parquet_.metadata->RowGroup(index_); }

  /// What the footer says of a leaf. An error names the column: it is encrypted, or this part of the footer is damaged.
  arrow::Result<std::unique_ptr<parquet::ColumnChunkMetaData>> Chunk(int leaf) const {
    auto chunk = CaughtFromParquet([&] { return group()->ColumnChunk(leaf); });
    if (chunk.ok()) return chunk;
    const std::string name = parquet_.metadata->schema()->GetColumnRoot(leaf)->name();
    if (chunk.status().message().find("ecrypt") == std::string::npos) return OfColumn(name, chunk.status());
    return arrow::Status::NotImplemented("column '", name, "' is encrypted, which this version cannot read.");
  }

  /// The same, or null.
  std::unique_ptr<parquet::ColumnChunkMetaData> ReadableChunk(int leaf) const { return Chunk(leaf).ValueOr(nullptr); }

  static arrow::Status OfColumn(const std::string& name, const arrow::Status& status) {
    return status.WithMessage("column '", name, "': ", status.message());
  }

  arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> OpenReader(
      const std::vector<std::string>& columns, Dictionaries dictionaries,
      arrow::TimeUnit::type int96_unit = arrow::TimeUnit::MICRO) const {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), columns);
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    // Local files answer at once, and what is remote was fetched.
    properties.set_pre_buffer(false);
    properties.set_coerce_int96_timestamp_unit(int96_unit);
    if (dictionaries == Dictionaries::kKept) ChooseDictionaries(leaves, &properties);
    parquet::arrow::FileReaderBuilder builder;
    parquet::ReaderProperties page_properties;
    // Pages of a local file are read one by one, into memory that is used again; those of a remote one are at hand.
    if (!parquet_.remote) page_properties.enable_buffered_stream();
    return CaughtFromParquet([&]() -> arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> {
      ARROW_RETURN_NOT_OK(builder.Open(parquet_.input, page_properties, parquet_.metadata));
      builder.properties(properties);
      return builder.Build();
    });
  }

  // The choice depends on the footer alone: all threads, and both passes over a file, read a column in the same way.
  bool IsFlatColumn(const std::string& name) const {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {name});
    const auto chunk = leaves.size() == 1 ? ReadableChunk(leaves[0]) : nullptr;
    return chunk != nullptr && chunk->crypto_metadata() == nullptr &&
           IsFlat(*parquet_.metadata->schema()->Column(leaves[0]), *file().file_schema->GetFieldByName(name)->type());
  }

  FlatColumn FlatColumnOf(const std::string& name) const {
    return {.file = parquet_.input,
            .metadata = parquet_.metadata,
            .group = index_,
            .leaf = LeafColumns(*parquet_.metadata->schema(), {name})[0],
            .type = file().file_schema->GetFieldByName(name)->type(),
            .read_whole = parquet_.remote != nullptr};
  }

  arrow::Result<std::unique_ptr<FlatStream>> OpenFlat(const std::string& name, Dictionaries dictionaries,
                                                      const RowStretch& stretch) const {
    const FlatColumn column = FlatColumnOf(name);
    ARROW_ASSIGN_OR_RAISE(const auto chunk, Chunk(column.leaf));
    // Positions serve who joins by the values: integers are keys. Other types are wanted as values.
    const bool dictionary =
        dictionaries == Dictionaries::kKept && arrow::is_integer(column.type->id()) && IsDictionaryEncoded(*chunk);
    return FlatStream::Open(column, dictionary, stretch);
  }

  arrow::Result<std::shared_ptr<arrow::Array>> ReadFlat(const std::string& name, const RowSet* rows,
                                                        Dictionaries dictionaries) const {
    if (rows != nullptr) return ReadFlatRows(FlatColumnOf(name), *rows);
    ARROW_ASSIGN_OR_RAISE(const auto stream, OpenFlat(name, dictionaries, {0, this->rows()}));
    return stream->Next(this->rows());
  }

  /// Columns that only the general reader can read.
  arrow::Result<Arrays> ReadNotFlat(const std::vector<std::string>& columns, const RowSet* rows,
                                    Dictionaries dictionaries) const {
    std::vector<std::string> names;
    for (const std::string& name : columns) {
      if (!IsFlatColumn(name)) names.push_back(name);
    }
    Arrays arrays;
    if (names.empty()) return arrays;
    // A reader for each call: it costs little beside a row group, and no state is shared between threads.
    std::unique_ptr<parquet::arrow::FileReader> reader;
    for (const std::string& name : names) {
      const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {name});
      // libparquet would name no column.
      for (const int leaf : leaves) ARROW_RETURN_NOT_OK(Chunk(leaf).status());
      if (reader == nullptr) {
        ARROW_ASSIGN_OR_RAISE(reader, OpenReader(names, dictionaries));
      }
      auto column = CaughtFromParquet([&] { return ReadGeneral(*reader, name, leaves, rows, dictionaries); });
      if (!column.ok()) return OfColumn(name, column.status());
      arrays[name] = *std::move(column);
    }
    return arrays;
  }

  arrow::Result<std::shared_ptr<arrow::ChunkedArray>> ReadGeneral(parquet::arrow::FileReader& reader,
                                                                  const std::string& name,
                                                                  const std::vector<int>& leaves, const RowSet* rows,
                                                                  Dictionaries dictionaries) const {
    ARROW_ASSIGN_OR_RAISE(auto table, reader.ReadRowGroup(index_, leaves));
    // libparquet believes positions in a dictionary, and that nested columns have as many rows as there are.
    ARROW_RETURN_NOT_OK(CheckArrays(*table));
    if (table->num_rows() != this->rows()) Damaged("a column has not as many values as its row group has rows");
    ARROW_ASSIGN_OR_RAISE(table, Plain(table));
    ARROW_ASSIGN_OR_RAISE(table, WithExactInt96(std::move(table), dictionaries));
    if (rows != nullptr) {
      ARROW_ASSIGN_OR_RAISE(table, TakeRows(table, *rows));
    }
    auto column = table->GetColumnByName(name);
    if (column == nullptr) Damaged("it is stored under another name");
    return column;
  }

  /// INT96 columns are read twice where there are any: in microseconds, which hold every one, and in nanoseconds, which
  /// tell when that is not all, and are what the file's schema may ask for.
  arrow::Result<std::shared_ptr<arrow::Table>> WithExactInt96(std::shared_ptr<arrow::Table> table,
                                                              Dictionaries dictionaries) const {
    for (int i = 0; i < table->num_columns(); ++i) {
      const std::string& name = table->field(i)->name();
      const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {name});
      const auto is_int96 = [&](int leaf) {
        return parquet_.metadata->schema()->Column(leaf)->physical_type() == parquet::Type::INT96;
      };
      if (std::none_of(leaves.begin(), leaves.end(), is_int96)) continue;
      ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader({name}, dictionaries, arrow::TimeUnit::NANO));
      ARROW_ASSIGN_OR_RAISE(auto nanos, reader->ReadRowGroup(index_, leaves));
      ARROW_RETURN_NOT_OK(CheckArrays(*nanos));
      if (nanos->num_rows() != table->num_rows()) Damaged("a column has not as many values as its row group has rows");
      ARROW_ASSIGN_OR_RAISE(nanos, Plain(nanos));
      if (dictionaries == Dictionaries::kKept && nanos->field(0)->type()->id() == arrow::Type::TIMESTAMP) {
        ARROW_ASSIGN_OR_RAISE(auto moments, SaturatedInt96(*table->column(i), *nanos->column(0)));
        ARROW_ASSIGN_OR_RAISE(table, table->SetColumn(i, nanos->field(0), std::move(moments)));
        continue;
      }
      const bool in_nanoseconds =
          PlainType(file().file_schema->GetFieldByName(name)->type())->Equals(nanos->column(0)->type());
      ARROW_ASSIGN_OR_RAISE(const Int96Need need, Int96NeedOf(*table->column(i), *nanos->column(0)));
      ARROW_RETURN_NOT_OK(CheckInt96(name, need, in_nanoseconds));
      if (in_nanoseconds) {
        ARROW_ASSIGN_OR_RAISE(table, table->SetColumn(i, nanos->field(0), nanos->column(0)));
      }
    }
    return table;
  }

  static std::shared_ptr<arrow::Table> TableOf(const std::vector<std::string>& columns, const Arrays& arrays,
                                               int64_t rows) {
    std::vector<std::shared_ptr<arrow::Field>> fields;
    std::vector<std::shared_ptr<arrow::ChunkedArray>> ordered;
    for (const std::string& name : columns) {
      ordered.push_back(arrays.at(name));
      fields.push_back(arrow::field(name, ordered.back()->type()));
    }
    return arrow::Table::Make(arrow::schema(std::move(fields)), std::move(ordered), rows);
  }

  void ChooseDictionaries(const std::vector<int>& leaves, parquet::ArrowReaderProperties* properties) const {
    for (const int leaf : leaves) {
      const parquet::ColumnDescriptor* column = parquet_.metadata->schema()->Column(leaf);
      if (column->physical_type() != parquet::Type::BYTE_ARRAY || column->max_repetition_level() > 0) continue;
      const auto chunk = ReadableChunk(leaf);
      properties->set_read_dictionary(leaf, chunk != nullptr && IsDictionaryEncoded(*chunk));
    }
  }

  ParquetFile parquet_;
  int index_;
};

}  // namespace

arrow::Result<std::vector<std::shared_ptr<Fragment>>> ParquetFragments(
    const ParquetFile& parquet, const std::shared_ptr<const FragmentFile>& file) {
  auto made = CaughtFromParquet([&] {
    std::vector<std::shared_ptr<Fragment>> fragments;
    for (int i = 0; i < parquet.metadata->num_row_groups(); ++i) {
      auto fragment = std::make_shared<RowGroup>(parquet, file, i);
      // Sets of rows are made of this size before any row is read.
      if (fragment->rows() < 0 || fragment->rows() > INT32_MAX) Damaged("a row group has an impossible number of rows");
      if (fragment->rows() > 0) fragments.push_back(std::move(fragment));
    }
    return fragments;
  });
  if (made.ok()) return made;
  return made.status().WithMessage("Cannot read '", file->uri, "': ", made.status().message(),
                                   " Write the file anew, or take it out of the source.");
}

}  // namespace feast::scan
