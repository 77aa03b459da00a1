#include "scan/number_file_writer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "arrow/array/data.h"
#include "arrow/buffer.h"
#include "arrow/ipc/writer.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/util/base64.h"
#include "arrow/util/key_value_metadata.h"
#include "parallel/parallel_for.h"
#include "parquet/arrow/schema.h"
#include "parquet/column_writer.h"
#include "parquet/file_writer.h"
#include "scan/flat_column.h"
#include "scan/parquet_calls.h"

namespace feast::scan {
namespace {

constexpr std::string_view kMagic = "PAR1";

/// With the Arrow schema, time zones come back as they were.
arrow::Result<std::shared_ptr<const arrow::KeyValueMetadata>> FileMetadata(const arrow::Schema& schema) {
  auto metadata = schema.metadata() ? schema.metadata()->Copy() : std::make_shared<arrow::KeyValueMetadata>();
  ARROW_ASSIGN_OR_RAISE(const auto serialized, arrow::ipc::SerializeSchema(schema));
  metadata->Append("ARROW:schema", arrow::util::base64_encode(std::string_view(*serialized)));
  return metadata;
}

}  // namespace

arrow::Result<std::unique_ptr<NumberFileWriter>> NumberFileWriter::Open(
    std::shared_ptr<arrow::Schema> schema, std::shared_ptr<arrow::io::OutputStream> stream,
    std::shared_ptr<parquet::WriterProperties> properties) {
  std::shared_ptr<parquet::SchemaDescriptor> descriptor;
  ARROW_RETURN_NOT_OK(parquet::arrow::ToParquetSchema(schema.get(), *properties, &descriptor));
  if (descriptor->num_columns() != schema->num_fields()) return nullptr;
  for (int i = 0; i < schema->num_fields(); ++i) {
    if (!IsFlat(*descriptor->Column(i), *schema->field(i)->type())) return nullptr;
  }
  ARROW_RETURN_NOT_OK(stream->Write(kMagic));
  return std::unique_ptr<NumberFileWriter>(
      new NumberFileWriter(std::move(schema), std::move(descriptor), std::move(stream), std::move(properties)));
}

NumberFileWriter::NumberFileWriter(std::shared_ptr<arrow::Schema> schema,
                                   std::shared_ptr<parquet::SchemaDescriptor> descriptor,
                                   std::shared_ptr<arrow::io::OutputStream> stream,
                                   std::shared_ptr<parquet::WriterProperties> properties)
    : schema_(std::move(schema)),
      descriptor_(std::move(descriptor)),
      stream_(std::move(stream)),
      properties_(std::move(properties)),
      metadata_(parquet::FileMetaDataBuilder::Make(descriptor_.get(), properties_)),
      page_index_(parquet::PageIndexBuilder::Make(descriptor_.get())),
      workers_(WorkerCount()) {}

arrow::Status NumberFileWriter::Write(const arrow::RecordBatch& rows) {
  for (int64_t first = 0; first < rows.num_rows();) {
    if (group_ == nullptr) ARROW_RETURN_NOT_OK(Caught([this] { OpenGroup(); }));
    const int64_t count = std::min(rows.num_rows() - first, properties_->max_row_group_length() - group_rows_);
    ARROW_RETURN_NOT_OK(ParallelFor(workers_, static_cast<int64_t>(columns_.size()), [&](int, int64_t i) {
      return Caught([&] { columns_[i]->Append(*rows.column_data(static_cast<int>(i))->Slice(first, count)); });
    }));
    group_rows_ += count;
    first += count;
    if (group_rows_ == properties_->max_row_group_length()) ARROW_RETURN_NOT_OK(CloseGroup());
  }
  return arrow::Status::OK();
}

void NumberFileWriter::OpenGroup() {
  group_ = metadata_->AppendRowGroup();
  page_index_->AppendRowGroup();
  for (int i = 0; i < descriptor_->num_columns(); ++i) {
    const parquet::ColumnDescriptor* const column = descriptor_->Column(i);
    parquet::ColumnChunkMetaDataBuilder* const metadata = group_->NextColumnChunk();
    columns_.push_back(NumberColumnWriter::Make(
        column, *properties_, metadata,
        parquet::PageWriter::Open(stream_, properties_->compression(column->path()), metadata, groups_,
                                  static_cast<int16_t>(i), arrow::default_memory_pool(),
                                  /*buffered_row_group=*/true, nullptr, nullptr, false,
                                  page_index_->GetColumnIndexBuilder(i), page_index_->GetOffsetIndexBuilder(i))));
  }
}

arrow::Status NumberFileWriter::CloseGroup() {
  ARROW_RETURN_NOT_OK(ParallelFor(workers_, static_cast<int64_t>(columns_.size()),
                                  [&](int, int64_t i) { return Caught([&] { columns_[i]->Finish(); }); }));
  return Caught([this] {
    int64_t bytes = 0;
    for (const auto& column : columns_) bytes += column->Close();
    group_->set_num_rows(group_rows_);
    group_->Finish(bytes, groups_++);
    columns_.clear();
    group_ = nullptr;
    group_rows_ = 0;
  });
}

arrow::Status NumberFileWriter::Close() {
  if (group_ != nullptr) ARROW_RETURN_NOT_OK(CloseGroup());
  return WriteFooter();
}

arrow::Status NumberFileWriter::WriteFooter() {
  ARROW_ASSIGN_OR_RAISE(const auto file_metadata, FileMetadata(*schema_));
  return Caught([&] {
    page_index_->Finish();
    const auto written = page_index_->WriteTo(stream_.get());
    metadata_->SetIndexLocations(parquet::IndexKind::kColumnIndex, written.column_index_locations);
    metadata_->SetIndexLocations(parquet::IndexKind::kOffsetIndex, written.offset_index_locations);
    parquet::WriteFileMetaData(*metadata_->Finish(file_metadata), stream_.get());
  });
}

}  // namespace feast::scan
