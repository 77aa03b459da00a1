#include "files/output/number_file_writer.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>

#include "arrow/array/data.h"
#include "arrow/buffer.h"
#include "arrow/ipc/writer.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/util/base64.h"
#include "arrow/util/key_value_metadata.h"
#include "files/formats/parquet/flat_column.h"
#include "files/formats/parquet/parquet_calls.h"
#include "parallel/parallel_for.h"
#include "parquet/arrow/schema.h"
#include "parquet/column_writer.h"
#include "parquet/file_writer.h"

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

/// Closes columns in the order of the file, each as soon as it and those before it are finished. Thread-safe.
class ColumnsInOrder {
 public:
  explicit ColumnsInOrder(const std::vector<std::unique_ptr<NumberColumnWriter>>* columns)
      : columns_(*columns), is_finished_(columns->size()) {}

  void Close(int64_t finished) {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_finished_[finished] = true;
    for (; next_ < columns_.size() && is_finished_[next_]; ++next_) bytes_ += columns_[next_]->Close();
  }
  /// Of those that are closed.
  int64_t bytes() const { return bytes_; }

 private:
  const std::vector<std::unique_ptr<NumberColumnWriter>>& columns_;
  std::mutex mutex_;
  std::vector<bool> is_finished_;
  size_t next_ = 0;
  int64_t bytes_ = 0;
};

/// What a row takes in memory.
int64_t RowBytes(const arrow::Schema& schema) {
  int64_t bytes = 0;
  for (const auto& field : schema.fields()) bytes += field->type()->byte_width();
  return bytes;
}

}  // namespace

arrow::Result<std::unique_ptr<NumberFileWriter>> NumberFileWriter::Open(
    std::shared_ptr<arrow::Schema> schema, std::shared_ptr<arrow::io::OutputStream> stream,
    std::shared_ptr<parquet::WriterProperties> properties, int64_t waiting_bytes) {
  std::shared_ptr<parquet::SchemaDescriptor> descriptor;
  ARROW_RETURN_NOT_OK(parquet::arrow::ToParquetSchema(schema.get(), *properties, &descriptor));
  if (descriptor->num_columns() != schema->num_fields()) return nullptr;
  for (int i = 0; i < schema->num_fields(); ++i) {
    if (!IsFlat(*descriptor->Column(i), *schema->field(i)->type())) return nullptr;
  }
  ARROW_RETURN_NOT_OK(stream->Write(kMagic));
  return std::unique_ptr<NumberFileWriter>(new NumberFileWriter(
      std::move(schema), std::move(descriptor), std::move(stream), std::move(properties), waiting_bytes));
}

NumberFileWriter::NumberFileWriter(std::shared_ptr<arrow::Schema> schema,
                                   std::shared_ptr<parquet::SchemaDescriptor> descriptor,
                                   std::shared_ptr<arrow::io::OutputStream> stream,
                                   std::shared_ptr<parquet::WriterProperties> properties, int64_t waiting_bytes)
    : schema_(std::move(schema)),
      descriptor_(std::move(descriptor)),
      stream_(std::move(stream)),
      properties_(std::move(properties)),
      metadata_(parquet::FileMetaDataBuilder::Make(descriptor_.get(), properties_)),
      page_index_(parquet::PageIndexBuilder::Make(descriptor_.get())),
      workers_(WorkerCount()),
      waiting_rows_max_(waiting_bytes / std::max<int64_t>(1, RowBytes(*schema_))) {}

arrow::Status NumberFileWriter::Write(const arrow::RecordBatch& rows) {
  for (int64_t first = 0; first < rows.num_rows();) {
    if (group_ == nullptr) ARROW_RETURN_NOT_OK(CaughtFromParquet([this] { OpenGroup(); }));
    const int64_t count = std::min(rows.num_rows() - first, properties_->max_row_group_length() - group_rows_);
    waiting_.push_back(rows.Slice(first, count));
    waiting_rows_ += count;
    group_rows_ += count;
    first += count;
    if (group_rows_ == properties_->max_row_group_length()) {
      ARROW_RETURN_NOT_OK(CloseGroup());
    } else if (waiting_rows_ > waiting_rows_max_) {
      ARROW_RETURN_NOT_OK(Encode([](int64_t) {}));
    }
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

arrow::Status NumberFileWriter::Encode(const std::function<void(int64_t column)>& then) {
  ARROW_RETURN_NOT_OK(ParallelFor(workers_, static_cast<int64_t>(columns_.size()), [&](int, int64_t i) {
    return CaughtFromParquet([&] {
      for (const auto& rows : waiting_) columns_[i]->Append(*rows->column_data(static_cast<int>(i)));
      then(i);
    });
  }));
  waiting_.clear();
  waiting_rows_ = 0;
  return arrow::Status::OK();
}

arrow::Status NumberFileWriter::CloseGroup() {
  ColumnsInOrder ready(&columns_);
  ARROW_RETURN_NOT_OK(Encode([&](int64_t i) {
    columns_[i]->Finish();
    ready.Close(i);
  }));
  return CaughtFromParquet([&] {
    group_->set_num_rows(group_rows_);
    group_->Finish(ready.bytes(), groups_++);
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
  return CaughtFromParquet([&] {
    page_index_->Finish();
    const auto written = page_index_->WriteTo(stream_.get());
    metadata_->SetIndexLocations(parquet::IndexKind::kColumnIndex, written.column_index_locations);
    metadata_->SetIndexLocations(parquet::IndexKind::kOffsetIndex, written.offset_index_locations);
    parquet::WriteFileMetaData(*metadata_->Finish(file_metadata), stream_.get());
  });
}

}  // namespace feast::scan
