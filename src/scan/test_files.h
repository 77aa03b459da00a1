// For tests: folders that vanish, tables from text, files of tables.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
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
#include "parquet/arrow/writer.h"

namespace feast::scan {

/// A new folder, removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> counter{0};
    path_ = std::filesystem::temp_directory_path() /
            ("feast-test-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;

  /// The path of `name` in the folder; its own folders are made.
  std::string operator/(const std::string& name) const {
    const std::filesystem::path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    return path.string();
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
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

inline void WriteParquetTable(const arrow::Table& table, const std::string& path, int64_t rows_per_group = 1 << 20) {
  auto stream = arrow::io::FileOutputStream::Open(path).ValueOrDie();
  const auto properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
  ASSERT_TRUE(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), stream, rows_per_group,
                                         parquet::default_writer_properties(), properties)
                  .ok());
  ASSERT_TRUE(stream->Close().ok());
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
