// Writes a Parquet file whose columns are all numbers or timestamps, as most training sets are.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "arrow/io/interfaces.h"
#include "arrow/status.h"
#include "arrow/type_fwd.h"
#include "files/output/number_column_writer.h"
#include "parquet/metadata.h"
#include "parquet/page_index.h"
#include "parquet/properties.h"
#include "parquet/schema.h"

namespace feast::scan {

/// One row group after another, its columns encoded by several threads. For one thread.
class NumberFileWriter {
 public:
  /// How much of a row group waits to be encoded, at most: many rows, so that threads can take whole columns. Rows that
  /// are slices of a table need no memory of their own there, others do.
  static constexpr int64_t kWaitingBytes = int64_t{64} << 20;

  /// Null when some column is something else.
  static arrow::Result<std::unique_ptr<NumberFileWriter>> Open(std::shared_ptr<arrow::Schema> schema,
                                                               std::shared_ptr<arrow::io::OutputStream> stream,
                                                               std::shared_ptr<parquet::WriterProperties> properties,
                                                               int64_t waiting_bytes = kWaitingBytes);

  arrow::Status Write(const arrow::RecordBatch& rows);
  /// Writes what is left and the footer; the stream stays open.
  arrow::Status Close();

 private:
  NumberFileWriter(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<parquet::SchemaDescriptor> descriptor,
                   std::shared_ptr<arrow::io::OutputStream> stream,
                   std::shared_ptr<parquet::WriterProperties> properties, int64_t waiting_bytes);

  void OpenGroup();
  /// What waits, each column on one thread; `then` is called once a column has it, on any thread.
  arrow::Status Encode(const std::function<void(int64_t column)>& then);
  arrow::Status CloseGroup();
  arrow::Status WriteFooter();

  const std::shared_ptr<arrow::Schema> schema_;
  const std::shared_ptr<parquet::SchemaDescriptor> descriptor_;
  const std::shared_ptr<arrow::io::OutputStream> stream_;
  const std::shared_ptr<parquet::WriterProperties> properties_;
  const std::unique_ptr<parquet::FileMetaDataBuilder> metadata_;
  const std::unique_ptr<parquet::PageIndexBuilder> page_index_;
  const int workers_;
  const int64_t waiting_rows_max_;

  /// Null, and no columns, between groups.
  parquet::RowGroupMetaDataBuilder* group_ = nullptr;
  std::vector<std::unique_ptr<NumberColumnWriter>> columns_;
  int64_t group_rows_ = 0;
  int16_t groups_ = 0;
  /// Rows of the group that are not encoded yet.
  std::vector<std::shared_ptr<arrow::RecordBatch>> waiting_;
  int64_t waiting_rows_ = 0;
};

}  // namespace feast::scan
