// For tests: folders that vanish, tables from text, files of tables.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/concatenate.h"
#include "arrow/chunked_array.h"
#include "arrow/io/file.h"
#include "arrow/json/from_string.h"
#include "arrow/memory_pool.h"
#include "arrow/scalar.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "parquet/arrow/writer.h"
#include "system/test_folder.h"

namespace feast::scan {

/// A new folder, removed with everything in it at the end.
class TemporaryFolder {
 public:
  /// The path of `name` in the folder; its own folders are made.
  std::string operator/(const std::string& name) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    return path.string();
  }
  std::string path() const { return folder_.path().string(); }

 private:
  TestFolder folder_;
};

struct TextColumn {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  /// A JSON array.
  std::string values;
};

inline std::shared_ptr<arrow::Table> MakeTable(const std::vector<TextColumn>& columns) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (const TextColumn& column : columns) {
    fields.push_back(arrow::field(column.name, column.type));
    arrays.push_back(arrow::json::ArrayFromJSONString(column.type, column.values).ValueOrDie());
  }
  return arrow::Table::Make(arrow::schema(std::move(fields)), arrays);
}

inline void WriteParquetTable(
    const arrow::Table& table, const std::string& path, int64_t rows_per_group = 1 << 20,
    const std::shared_ptr<parquet::WriterProperties>& properties = parquet::default_writer_properties()) {
  auto stream = arrow::io::FileOutputStream::Open(path).ValueOrDie();
  const auto arrow_properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
  ASSERT_TRUE(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), stream, rows_per_group, properties,
                                         arrow_properties)
                  .ok());
  ASSERT_TRUE(stream->Close().ok());
}

/// Any way of storing a table that writers choose: small pages of either version, dictionaries that fill up or are not
/// used, codecs, page indexes and Bloom filters.
inline std::shared_ptr<parquet::WriterProperties> AnyProperties(std::mt19937_64* random, const arrow::Schema& schema) {
  const auto one_of = [&](auto... choices) {
    const std::vector all{choices...};
    return all[(*random)() % all.size()];
  };
  parquet::WriterProperties::Builder builder;
  builder.data_page_version(one_of(parquet::ParquetDataPageVersion::V1, parquet::ParquetDataPageVersion::V2))
      ->compression(
          one_of(parquet::Compression::UNCOMPRESSED, parquet::Compression::SNAPPY, parquet::Compression::ZSTD))
      ->data_pagesize(one_of(64, 1 << 10, 1 << 20))
      ->write_batch_size(one_of(1, 10, 1024))
      ->dictionary_pagesize_limit(one_of(16, 256, 1 << 20));
  if (one_of(true, false)) builder.enable_write_page_index();
  for (const auto& field : schema.fields()) {
    if (one_of(true, false)) builder.disable_dictionary(field->name());
    const arrow::Type::type type = field->type()->id();
    if (one_of(true, false) && (arrow::is_integer(type) || type == arrow::Type::STRING)) {
      builder.enable_bloom_filter(field->name(), {.ndv = 100, .fpp = 0.05});
    }
    const bool is_number = arrow::is_integer(type) || arrow::is_floating(type) || type == arrow::Type::TIMESTAMP;
    if (!is_number || one_of(true, false)) continue;
    builder.encoding(field->name(), arrow::is_floating(type)
                                        ? parquet::Encoding::BYTE_STREAM_SPLIT
                                        : one_of(parquet::Encoding::DELTA_BINARY_PACKED, parquet::Encoding::PLAIN));
  }
  return builder.build();
}

inline void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// The column's values as text, chunks joined: "[1,2,null]" without blanks and line ends.
inline std::string Values(const arrow::Table& table, const std::string& column) {
  const auto array = table.GetColumnByName(column);
  if (!array) return "no column " + column;
  if (array->length() == 0) return "[]";
  std::string text;
  for (const char c : arrow::Concatenate(array->chunks()).ValueOrDie()->ToString()) {
    if (c != ' ' && c != '\n') text += c;
  }
  return text;
}

/// The message of what failed; "" when nothing did.
template <typename T>
std::string Error(const arrow::Result<T>& result) {
  return result.ok() ? "" : result.status().message();
}
inline std::string Error(const arrow::Status& status) { return status.ok() ? "" : status.message(); }

}  // namespace feast::scan
