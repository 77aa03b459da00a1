#include "files/formats/parquet/int96_unit.h"

#include <algorithm>
#include <vector>

#include "arrow/io/interfaces.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"
#include "files/formats/parquet/parquet_calls.h"
#include "parquet/arrow/reader.h"
#include "parquet/metadata.h"
#include "parquet/schema.h"
#include "system/array_check.h"

namespace feast::scan {
namespace {

bool IsInt96(const parquet::SchemaDescriptor& schema, int leaf) {
  return schema.Column(leaf)->physical_type() == parquet::Type::INT96;
}

std::vector<int> Int96Leaves(const parquet::SchemaDescriptor& schema, const std::string& column) {
  std::vector<int> leaves;
  for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
    if (IsInt96(schema, leaf) && schema.GetColumnRoot(leaf)->name() == column) leaves.push_back(leaf);
  }
  return leaves;
}

arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> ReaderIn(arrow::TimeUnit::type unit,
                                                                    const ParquetFile& file) {
  parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  properties.set_pre_buffer(false);
  properties.set_coerce_int96_timestamp_unit(unit);
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(file.input, parquet::default_reader_properties(), file.metadata));
  builder.properties(properties);
  return builder.Build();
}

arrow::Result<Int96Need> NeedOfAllGroups(const ParquetFile& file, const std::vector<int>& leaves) {
  ARROW_ASSIGN_OR_RAISE(const auto coarse, ReaderIn(arrow::TimeUnit::MICRO, file));
  ARROW_ASSIGN_OR_RAISE(const auto fine, ReaderIn(arrow::TimeUnit::NANO, file));
  Int96Need need;
  for (int group = 0; group < file.metadata->num_row_groups(); ++group) {
    ARROW_ASSIGN_OR_RAISE(const auto micros, coarse->ReadRowGroup(group, leaves));
    ARROW_ASSIGN_OR_RAISE(const auto nanos, fine->ReadRowGroup(group, leaves));
    ARROW_RETURN_NOT_OK(CheckArrays(*micros));
    ARROW_RETURN_NOT_OK(CheckArrays(*nanos));
    if (micros->num_rows() != nanos->num_rows()) return arrow::Status::Invalid("its row groups differ in rows");
    for (int i = 0; i < micros->num_columns(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const Int96Need of_column, Int96NeedOf(*micros->column(i), *nanos->column(i)));
      need.finer |= of_column.finer;
      need.beyond |= of_column.beyond;
    }
  }
  return need;
}

}  // namespace

std::set<std::string> ColumnsThatMayNeedNanoseconds(const ParquetFile& file) {
  std::set<std::string> columns;
  const auto& about = file.metadata->key_value_metadata();
  if (about != nullptr && about->Contains("org.apache.spark.version")) return columns;
  const parquet::SchemaDescriptor& schema = *file.metadata->schema();
  for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
    if (IsInt96(schema, leaf)) columns.insert(schema.GetColumnRoot(leaf)->name());
  }
  return columns;
}

arrow::Result<Int96Need> FindInt96Need(const ParquetFile& file, const std::string& column) {
  const std::vector<int> leaves = Int96Leaves(*file.metadata->schema(), column);
  auto need = CaughtFromParquet([&] { return NeedOfAllGroups(file, leaves); });
  return need.ok() ? need : need.status().WithMessage("column '", column, "': ", need.status().message());
}

arrow::Result<std::shared_ptr<arrow::Field>> FieldInNanoseconds(const ParquetFile& file, const std::string& column) {
  std::shared_ptr<arrow::Schema> schema;
  ARROW_RETURN_NOT_OK(CaughtFromParquet([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto reader, ReaderIn(arrow::TimeUnit::NANO, file));
    return reader->GetSchema(&schema);
  }));
  auto field = schema->GetFieldByName(column);
  return field != nullptr ? field : arrow::Result<decltype(field)>(arrow::Status::Invalid("it has no '", column, "'"));
}

}  // namespace feast::scan
