#include "files/formats/parquet/parquet_row_group.h"

#include <algorithm>
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
#include "files/formats/parquet/parquet_index.h"
#include "files/formats/parquet/parquet_statistics.h"
#include "parquet/arrow/reader.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"
#include "parquet/schema.h"

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

/// Columns by name.
using Arrays = std::map<std::string, std::shared_ptr<arrow::ChunkedArray>>;

class RowGroup : public Fragment {
 public:
  RowGroup(const ParquetFile& parquet, std::shared_ptr<const FragmentFile> file, int index)
      : Fragment(std::move(file)), parquet_(parquet), index_(index) {}

  int64_t rows() const override { return group()->num_rows(); }

  int64_t bytes(const std::vector<std::string>& columns) const override {
    int64_t sum = 0;
    const auto metadata = group();
    for (const int leaf : LeafColumns(*parquet_.metadata->schema(), columns)) {
      sum += metadata->ColumnChunk(leaf)->total_compressed_size();
    }
    return sum;
  }

  Hold Fetch(const std::vector<std::string>& columns) const override {
    if (!parquet_.remote) return nullptr;
    const auto file_bytes = parquet_.remote->GetSize();
    if (!file_bytes.ok()) return nullptr;
    std::vector<arrow::io::ReadRange> ranges;
    for (const int leaf : LeafColumns(*parquet_.metadata->schema(), columns)) {
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
      std::shared_ptr<arrow::Array> array;
      if (rows != nullptr) {
        ARROW_ASSIGN_OR_RAISE(array, ReadFlatRows(FlatColumnOf(name), *rows));
      } else {
        ARROW_ASSIGN_OR_RAISE(const auto stream, OpenFlat(name, dictionaries, {0, this->rows()}));
        ARROW_ASSIGN_OR_RAISE(array, stream->Next(this->rows()));
      }
      arrays[name] = std::make_shared<arrow::ChunkedArray>(std::move(array));
    }
    return TableOf(columns, arrays, rows != nullptr ? rows->size() : this->rows());
  }

  bool StoredReadsByPage(const std::vector<std::string>& columns) const override {
    return !parquet_.remote &&
           std::all_of(columns.begin(), columns.end(), [&](const std::string& name) { return IsFlatColumn(name); });
  }

  arrow::Status StreamStored(const std::vector<std::string>& columns, Dictionaries dictionaries, const RowStretch& part,
                             const BatchVisitor& visit) const override {
    ARROW_ASSIGN_OR_RAISE(const Arrays whole, ReadNotFlat(columns, nullptr, dictionaries));
    std::map<std::string, std::unique_ptr<FlatStream>> streams;
    for (const std::string& name : columns) {
      if (!IsFlatColumn(name)) continue;
      ARROW_ASSIGN_OR_RAISE(streams[name], OpenFlat(name, dictionaries, part));
    }
    const int64_t end = part.first + part.count;
    for (int64_t first = part.first, count; first < end; first += count) {
      const int64_t batch_rows = first == part.first ? kFirstBatchRows : kBatchRows;
      count = streams.empty() ? part.count : std::min(batch_rows, end - first);
      Arrays arrays;
      for (const auto& [name, array] : whole) arrays[name] = array->Slice(first, count);
      for (const auto& [name, stream] : streams) {
        ARROW_ASSIGN_OR_RAISE(auto array, stream->Next(count));
        arrays[name] = std::make_shared<arrow::ChunkedArray>(std::move(array));
      }
      ARROW_ASSIGN_OR_RAISE(const bool go_on, visit(*TableOf(columns, arrays, count), first));
      if (!go_on) break;
    }
    return arrow::Status::OK();
  }

  std::optional<ValueRange> StoredRange(const std::string& column) const override {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {column});
    if (leaves.size() != 1) return std::nullopt;
    return StatisticsRange(*group()->ColumnChunk(leaves[0]), *parquet_.metadata->schema()->Column(leaves[0]),
                           *file().file_schema->GetFieldByName(column)->type());
  }

  arrow::Result<std::optional<std::vector<RowStretch>>> StoredRowsWithin(const std::string& column,
                                                                         const ValueRange& range) const override {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {column});
    if (parquet_.remote || leaves.size() != 1 || !group()->ColumnChunk(leaves[0])->GetColumnIndexLocation()) {
      return std::nullopt;
    }
    ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader({column}, Dictionaries::kDecoded));
    return PagesWithin({reader->parquet_reader(), index_, leaves[0]},
                       *file().file_schema->GetFieldByName(column)->type(), range);
  }

  arrow::Result<bool> StoredMayHoldAny(const std::string& column, const std::vector<int64_t>& integers,
                                       const std::vector<std::string_view>& texts) const override {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {column});
    if (parquet_.remote || leaves.size() != 1 || !group()->ColumnChunk(leaves[0])->bloom_filter_offset()) return true;
    ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader({column}, Dictionaries::kDecoded));
    return BloomFilterMayHoldAny({reader->parquet_reader(), index_, leaves[0]}, integers, texts);
  }

 private:
  std::unique_ptr<parquet::RowGroupMetaData> group() const { return parquet_.metadata->RowGroup(index_); }

  arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> OpenReader(const std::vector<std::string>& columns,
                                                                        Dictionaries dictionaries) const {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), columns);
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    // Local files answer at once, and what is remote was fetched.
    properties.set_pre_buffer(false);
    if (dictionaries == Dictionaries::kKept) ChooseDictionaries(leaves, &properties);
    parquet::arrow::FileReaderBuilder builder;
    parquet::ReaderProperties page_properties;
    // Pages of a local file are read one by one, into memory that is used again; those of a remote one are at hand.
    if (!parquet_.remote) page_properties.enable_buffered_stream();
    ARROW_RETURN_NOT_OK(builder.Open(parquet_.input, page_properties, parquet_.metadata));
    builder.properties(properties);
    return builder.Build();
  }

  bool IsFlatColumn(const std::string& name) const {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {name});
    return leaves.size() == 1 && group()->ColumnChunk(leaves[0])->crypto_metadata() == nullptr &&
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
    const bool dictionary = dictionaries == Dictionaries::kKept && arrow::is_integer(column.type->id()) &&
                            IsDictionaryEncoded(*group()->ColumnChunk(column.leaf));
    return FlatStream::Open(column, dictionary, stretch);
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
    ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader(names, dictionaries));
    ARROW_ASSIGN_OR_RAISE(auto table, reader->ReadRowGroup(index_, LeafColumns(*parquet_.metadata->schema(), names)));
    if (rows != nullptr) {
      ARROW_ASSIGN_OR_RAISE(table, TakeRows(table, *rows));
    }
    for (const std::string& name : names) arrays[name] = table->GetColumnByName(name);
    return arrays;
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
    const auto metadata = group();
    for (const int leaf : leaves) {
      const parquet::ColumnDescriptor* column = parquet_.metadata->schema()->Column(leaf);
      if (column->physical_type() != parquet::Type::BYTE_ARRAY || column->max_repetition_level() > 0) continue;
      properties->set_read_dictionary(leaf, IsDictionaryEncoded(*metadata->ColumnChunk(leaf)));
    }
  }

  ParquetFile parquet_;
  int index_;
};

}  // namespace

std::vector<std::shared_ptr<Fragment>> ParquetFragments(const ParquetFile& parquet,
                                                        const std::shared_ptr<const FragmentFile>& file) {
  std::vector<std::shared_ptr<Fragment>> fragments;
  for (int i = 0; i < parquet.metadata->num_row_groups(); ++i) {
    auto fragment = std::make_shared<RowGroup>(parquet, file, i);
    if (fragment->rows() > 0) fragments.push_back(std::move(fragment));
  }
  return fragments;
}

}  // namespace feast::scan
