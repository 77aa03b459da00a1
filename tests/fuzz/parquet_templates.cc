#include "parquet_templates.h"

#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/buffer.h"
#include "arrow/chunked_array.h"
#include "arrow/io/memory.h"
#include "arrow/json/from_string.h"
#include "arrow/memory_pool.h"
#include "arrow/table.h"
#include "files/formats/parquet/parquet_row_group.h"
#include "files/schema/source_schema.h"
#include "parquet/arrow/reader.h"
#include "parquet/arrow/schema.h"
#include "parquet/arrow/writer.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"
#include "parquet/page_index.h"

namespace feast::fuzz {
namespace {

/// `footer`: known already, unless null.
std::unique_ptr<parquet::arrow::FileReader> Reader(const std::string& bytes,
                                                   const std::shared_ptr<parquet::FileMetaData>& footer = nullptr) {
  // libparquet makes room for as much as a page's header says; ours does not.
  constexpr int64_t kBytesMax = 64 << 20;
  static auto* const pool = new arrow::CappedMemoryPool(arrow::system_memory_pool(), kBytesMax);
  parquet::arrow::FileReaderBuilder builder;
  const auto input = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  if (!builder.Open(input, parquet::ReaderProperties(pool), footer).ok()) return nullptr;
  auto reader = builder.memory_pool(pool)->Build();
  return reader.ok() ? *std::move(reader) : nullptr;
}

std::string Written(const arrow::Table& table, const parquet::WriterProperties::Builder& properties) {
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  parquet::WriterProperties::Builder builder = properties;
  if (!parquet::arrow::WriteTable(table, arrow::default_memory_pool(), stream, 1 << 20, builder.build()).ok())
    return {};
  return stream->Finish().ValueOrDie()->ToString();
}

void Add(const arrow::Table& table, const parquet::WriterProperties::Builder& properties,
         std::vector<ParquetTemplate>* templates) {
  ParquetTemplate made{Written(table, properties), 0, 0, {}};
  const auto reader = Reader(made.bytes);
  if (reader == nullptr) return;
  const auto metadata = reader->parquet_reader()->metadata();
  made.file.metadata = metadata;
  if (!reader->GetSchema(&made.file.schema).ok()) return;
  const auto chunk = metadata->RowGroup(0)->ColumnChunk(0);
  const int64_t first = chunk->has_dictionary_page() ? chunk->dictionary_page_offset() : chunk->data_page_offset();
  made.pages_end = static_cast<size_t>(first + chunk->total_compressed_size());
  made.index_end = made.bytes.size() - 8 - metadata->size();
  templates->push_back(std::move(made));
}

std::shared_ptr<arrow::Table> Numbers(const std::shared_ptr<arrow::DataType>& type, bool nullable) {
  std::string values = "[";
  for (int row = 0; row < 60; ++row) {
    values += (row == 0 ? "" : ",") + (nullable && row % 7 == 0 ? "null" : std::to_string(row * row % 50));
  }
  const auto array = arrow::json::ArrayFromJSONString(type, values + "]").ValueOrDie();
  return arrow::Table::Make(arrow::schema({arrow::field("c", type, nullable)}), {array});
}

std::vector<ParquetTemplate> Make() {
  std::vector<ParquetTemplate> templates;
  for (const auto& type : {arrow::int64(), arrow::int32(), arrow::float64(), arrow::float32(),
                           arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), arrow::uint32()}) {
    for (const bool nullable : {false, true}) {
      for (const auto version : {parquet::ParquetDataPageVersion::V1, parquet::ParquetDataPageVersion::V2}) {
        for (const auto codec : {parquet::Compression::UNCOMPRESSED, parquet::Compression::SNAPPY}) {
          parquet::WriterProperties::Builder builder;
          builder.data_page_version(version)->compression(codec)->data_pagesize(64)->write_batch_size(16);
          builder.enable_write_page_index()->enable_bloom_filter("c", {.ndv = 8, .fpp = 0.01});
          const auto table = Numbers(type, nullable);
          Add(*table, builder, &templates);
          builder.disable_dictionary();
          Add(*table, builder, &templates);
          builder.encoding(parquet::Encoding::BYTE_STREAM_SPLIT);
          Add(*table, builder, &templates);
          builder.encoding(parquet::Encoding::DELTA_BINARY_PACKED);
          if (type->id() != arrow::Type::DOUBLE && type->id() != arrow::Type::FLOAT) Add(*table, builder, &templates);
        }
      }
    }
  }
  return templates;
}

}  // namespace

const std::vector<ParquetTemplate>& ParquetTemplates() {
  static const auto* templates = new std::vector<ParquetTemplate>(Make());
  return *templates;
}

arrow::Result<std::vector<std::shared_ptr<scan::Fragment>>> FragmentsOf(const std::string& bytes) {
  const auto reader = Reader(bytes);
  if (reader == nullptr) return arrow::Status::Invalid("not Parquet");
  ParquetTemplate read;
  read.file.metadata = reader->parquet_reader()->metadata();
  ARROW_RETURN_NOT_OK(reader->GetSchema(&read.file.schema));
  return FragmentsOf(bytes, read);
}

arrow::Result<std::vector<std::shared_ptr<scan::Fragment>>> FragmentsOf(const std::string& bytes,
                                                                        const ParquetTemplate& whole) {
  scan::ParquetFile file = whole.file;
  file.input = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  auto shared = std::make_shared<scan::FragmentFile>();
  shared->uri = "fuzzed";
  shared->file_schema = file.schema;
  shared->source = scan::UniteSchemas({{shared->uri, file.schema}});
  return scan::ParquetFragments(file, shared);
}

std::shared_ptr<arrow::ChunkedArray> TheirColumn(const std::string& bytes, const ParquetTemplate& whole) {
  try {
    const auto reader = Reader(bytes, whole.file.metadata);
    if (reader == nullptr) return nullptr;
    std::shared_ptr<arrow::ChunkedArray> column;
    return reader->ReadColumn(0, &column).ok() ? column : nullptr;
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace feast::fuzz
