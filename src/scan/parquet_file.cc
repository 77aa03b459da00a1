#include "scan/parquet_file.h"

#include <algorithm>
#include <map>
#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/chunked_array.h"
#include "arrow/filesystem/filesystem.h"
#include "arrow/io/interfaces.h"
#include "arrow/memory_pool.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "parquet/arrow/reader.h"
#include "parquet/arrow/schema.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"
#include "scan/flat_column.h"
#include "scan/parquet_statistics.h"

namespace feast::scan {
namespace {

/// Behind the metadata: its length and "PAR1".
constexpr int64_t kMagicAndLengthBytes = 8;

arrow::Status Failed(const Location& location, const arrow::Status& status) {
  const bool io = status.IsIOError() && status.message().find("Parquet") == std::string::npos;
  return io ? status.WithMessage("Cannot open '", location.Show(), "': ", status.message(),
                                 " Check that it may be read.")
            : arrow::Status::Invalid(
                  "'", location.Show(), "' cannot be read as Parquet: ", status.message(),
                  " Write the file anew, take it out of the source, or say which format the source has.");
}

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
    std::vector<arrow::io::ReadRange> ranges;
    const auto metadata = group();
    for (const int leaf : LeafColumns(*parquet_.metadata->schema(), columns)) {
      const auto chunk = metadata->ColumnChunk(leaf);
      // Some writers say 0 where there is no dictionary.
      const bool dictionary_first = chunk->has_dictionary_page() && chunk->dictionary_page_offset() > 0;
      const int64_t first = std::min(dictionary_first ? chunk->dictionary_page_offset() : chunk->data_page_offset(),
                                     chunk->data_page_offset());
      ranges.push_back({first, chunk->total_compressed_size()});
    }
    return parquet_.remote->Fetch(std::move(ranges));
  }

 protected:
  arrow::Result<std::shared_ptr<arrow::Table>> ReadStored(const std::vector<std::string>& columns, const RowSet* rows,
                                                          const ReadOptions& options) const override {
    arrow::MemoryPool* pool = options.pool != nullptr ? options.pool : arrow::default_memory_pool();
    std::map<std::string, std::shared_ptr<arrow::ChunkedArray>> arrays;
    // A reader for each call: it costs little beside a row group, and no state is shared between threads.
    ARROW_ASSIGN_OR_RAISE(auto reader, OpenReader(columns, options.dictionaries, pool));
    std::vector<std::string> others;
    for (const std::string& name : columns) {
      const auto& type = file().file_schema->GetFieldByName(name)->type();
      const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {name});
      if (leaves.size() != 1 || !IsFlat(*parquet_.metadata->schema()->Column(leaves[0]), *type)) {
        others.push_back(name);
        continue;
      }
      const auto flat_group = reader->parquet_reader()->RowGroup(index_);
      const FlatColumn flat{flat_group.get(), leaves[0], type, pool};
      ARROW_ASSIGN_OR_RAISE(auto array, ReadFlatColumn(flat, rows, options.dictionaries));
      arrays[name] = std::make_shared<arrow::ChunkedArray>(std::move(array));
    }
    if (!others.empty()) {
      ARROW_ASSIGN_OR_RAISE(auto table,
                            reader->ReadRowGroup(index_, LeafColumns(*parquet_.metadata->schema(), others)));
      if (rows != nullptr) {
        ARROW_ASSIGN_OR_RAISE(table, TakeRows(table, *rows));
      }
      for (const std::string& name : others) arrays[name] = table->GetColumnByName(name);
    }
    return TableOf(columns, arrays, rows != nullptr ? rows->size() : this->rows());
  }

  std::optional<ValueRange> StoredRange(const std::string& column) const override {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), {column});
    if (leaves.size() != 1) return std::nullopt;
    return StatisticsRange(*group()->ColumnChunk(leaves[0]), *parquet_.metadata->schema()->Column(leaves[0]),
                           *file().file_schema->GetFieldByName(column)->type());
  }

 private:
  std::unique_ptr<parquet::RowGroupMetaData> group() const { return parquet_.metadata->RowGroup(index_); }

  arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> OpenReader(const std::vector<std::string>& columns,
                                                                        Dictionaries dictionaries,
                                                                        arrow::MemoryPool* pool) const {
    const std::vector<int> leaves = LeafColumns(*parquet_.metadata->schema(), columns);
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    // Local files answer at once, and what is remote was fetched.
    properties.set_pre_buffer(false);
    if (dictionaries == Dictionaries::kKept) ChooseDictionaries(leaves, &properties);
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(parquet_.input, parquet::ReaderProperties(pool), parquet_.metadata));
    builder.properties(properties);
    builder.memory_pool(pool);
    return builder.Build();
  }

  arrow::Result<std::shared_ptr<arrow::Array>> ReadFlatColumn(const FlatColumn& column, const RowSet* rows,
                                                              Dictionaries dictionaries) const {
    if (rows != nullptr) return ReadFlatRows(column, *rows);
    const bool keep = dictionaries == Dictionaries::kKept && arrow::is_integer(column.type->id()) &&
                      IsDictionaryEncoded(*group()->ColumnChunk(column.leaf));
    return keep ? ReadFlatDictionary(column) : ReadFlat(column);
  }

  static std::shared_ptr<arrow::Table> TableOf(
      const std::vector<std::string>& columns,
      const std::map<std::string, std::shared_ptr<arrow::ChunkedArray>>& arrays, int64_t rows) {
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

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInput(const Location& location, int64_t size) {
  if (location.is_local() || size <= 0) return location.file_system->OpenInputFile(location.path);
  arrow::fs::FileInfo info(location.path, arrow::fs::FileType::File);
  info.set_size(size);
  return location.file_system->OpenInputFile(info);
}

arrow::Result<ParquetFile> Open(const Location& location, int64_t known_size) {
  ParquetFile file;
  ARROW_ASSIGN_OR_RAISE(file.input, OpenInput(location, known_size));
  if (!location.is_local()) {
    ARROW_ASSIGN_OR_RAISE(file.remote, RemoteFile::Open(std::move(file.input)));
    file.input = file.remote;
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file.input->GetSize());
  if (size == 0) return arrow::Status::Invalid("it is empty (0 bytes).");
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(file.input));
  ARROW_ASSIGN_OR_RAISE(auto reader, builder.Build());
  file.metadata = reader->parquet_reader()->metadata();
  ARROW_RETURN_NOT_OK(reader->GetSchema(&file.schema));
  // The footer is not asked for again.
  if (file.remote) file.remote->TrimEnd(size - kMagicAndLengthBytes - file.metadata->size());
  return file;
}

}  // namespace

arrow::Result<ParquetFile> OpenParquetFile(const Location& location, int64_t size) {
  auto opened = Open(location, size);
  if (!opened.ok()) return Failed(location, opened.status());
  return opened;
}

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
