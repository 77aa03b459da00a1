#include "files/output/parquet_output.h"

#include <string>
#include <utility>
#include <vector>

#include "arrow/io/interfaces.h"
#include "arrow/memory_pool.h"
#include "arrow/record_batch.h"
#include "feast/call_context.h"
#include "files/output/column_encoding.h"
#include "files/output/file_output.h"
#include "files/output/number_file_writer.h"
#include "files/output/write_behind.h"
#include "parquet/arrow/writer.h"
#include "parquet/properties.h"
#include "parquet/schema.h"

namespace feast::scan {
namespace {

/// Every column as its first rows suggest.
arrow::Result<std::shared_ptr<parquet::WriterProperties>> PropertiesFor(const arrow::RecordBatch* first_rows) {
  parquet::WriterProperties::Builder builder;
  builder.compression(parquet::Compression::SNAPPY);
  for (int i = 0; first_rows != nullptr && i < first_rows->num_columns(); ++i) {
    // As a path, for names may hold dots.
    const auto column =
        std::make_shared<parquet::schema::ColumnPath>(std::vector<std::string>{first_rows->column_name(i)});
    ARROW_ASSIGN_OR_RAISE(const ColumnEncoding encoding, ChooseEncoding(*first_rows->column_data(i)));
    if (!encoding.dictionary) builder.disable_dictionary(column);
    if (!encoding.compressed) builder.compression(column, parquet::Compression::UNCOMPRESSED);
  }
  return builder.build();
}

/// `batch` and those after it, each by `write`; returns how many rows there are.
template <class Write>
arrow::Result<int64_t> WriteAll(std::shared_ptr<arrow::RecordBatch> batch, arrow::RecordBatchReader& rows,
                                Write write) {
  int64_t count = 0;
  while (batch) {
    ARROW_RETURN_NOT_OK(CallContext::OfThread().Check());
    count += batch->num_rows();
    ARROW_RETURN_NOT_OK(write(*batch));
    ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  }
  return count;
}

}  // namespace

arrow::Result<int64_t> WriteParquet(arrow::RecordBatchReader& rows,
                                    const std::shared_ptr<arrow::io::OutputStream>& target) {
  const auto stream = std::make_shared<WriteBehind>(target);
  std::shared_ptr<arrow::RecordBatch> first;
  ARROW_RETURN_NOT_OK(rows.ReadNext(&first));
  ARROW_ASSIGN_OR_RAISE(auto properties, PropertiesFor(first.get()));
  ARROW_ASSIGN_OR_RAISE(const auto numbers, NumberFileWriter::Open(rows.schema(), stream, properties));
  int64_t count;
  if (numbers != nullptr) {
    ARROW_ASSIGN_OR_RAISE(count,
                          WriteAll(std::move(first), rows, [&](const auto& batch) { return numbers->Write(batch); }));
    ARROW_RETURN_NOT_OK(numbers->Close());
  } else {
    // With the Arrow schema, time zones and list types come back as they were. Columns are encoded on several threads.
    const auto arrow_properties =
        parquet::ArrowWriterProperties::Builder().store_schema()->set_use_threads(true)->build();
    ARROW_ASSIGN_OR_RAISE(auto writer,
                          parquet::arrow::FileWriter::Open(*rows.schema(), arrow::default_memory_pool(), stream,
                                                           std::move(properties), arrow_properties));
    ARROW_ASSIGN_OR_RAISE(
        count, WriteAll(std::move(first), rows, [&](const auto& batch) { return writer->WriteRecordBatch(batch); }));
    ARROW_RETURN_NOT_OK(writer->Close());
  }
  ARROW_RETURN_NOT_OK(stream->Close());
  return count;
}

arrow::Result<int64_t> WriteParquet(arrow::RecordBatchReader& rows, const Location& location) {
  return WriteFile(location, [&](const auto& stream) { return WriteParquet(rows, stream); });
}

}  // namespace feast::scan
