#include "scan/parquet_output.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "arrow/array/data.h"
#include "arrow/io/interfaces.h"
#include "arrow/memory_pool.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "parallel/cancellation.h"
#include "parquet/arrow/writer.h"
#include "parquet/properties.h"
#include "parquet/schema.h"
#include "scan/file_output.h"

namespace feast::scan {
namespace {

constexpr int64_t kSampleRows = 8192;
constexpr double kMostlyDistinct = 0.9;

/// Whether hardly any number of the column comes twice, so that a dictionary of them costs time and saves nothing.
bool IsMostlyDistinct(const arrow::ArrayData& data) {
  const int width = data.type->bit_width() / 8;
  if (data.length < kSampleRows || (width != 4 && width != 8)) return false;
  const uint8_t* values = data.buffers[1]->data() + data.offset * width;
  const int64_t step = data.length / kSampleRows;
  std::vector<uint64_t> sample(kSampleRows, 0);
  for (int64_t i = 0; i < kSampleRows; ++i) std::memcpy(&sample[i], values + i * step * width, width);
  std::sort(sample.begin(), sample.end());
  const auto distinct = std::unique(sample.begin(), sample.end()) - sample.begin();
  return static_cast<double>(distinct) > kMostlyDistinct * kSampleRows;
}

std::shared_ptr<parquet::WriterProperties> PropertiesFor(const arrow::Schema& schema,
                                                         const arrow::RecordBatch* first_rows) {
  parquet::WriterProperties::Builder builder;
  builder.compression(parquet::Compression::SNAPPY);
  for (int i = 0; first_rows != nullptr && i < schema.num_fields(); ++i) {
    if (arrow::is_primitive(schema.field(i)->type()->id()) && IsMostlyDistinct(*first_rows->column_data(i))) {
      // As a path, for names may hold dots.
      builder.disable_dictionary(
          std::make_shared<parquet::schema::ColumnPath>(std::vector<std::string>{schema.field(i)->name()}));
    }
  }
  return builder.build();
}

}  // namespace

arrow::Result<int64_t> WriteParquet(arrow::RecordBatchReader& rows,
                                    const std::shared_ptr<arrow::io::OutputStream>& stream) {
  std::shared_ptr<arrow::RecordBatch> batch;
  ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  // With the Arrow schema, time zones and list types come back as they were. Columns are encoded on several threads.
  const auto arrow_properties =
      parquet::ArrowWriterProperties::Builder().store_schema()->set_use_threads(true)->build();
  ARROW_ASSIGN_OR_RAISE(auto writer,
                        parquet::arrow::FileWriter::Open(*rows.schema(), arrow::default_memory_pool(), stream,
                                                         PropertiesFor(*rows.schema(), batch.get()), arrow_properties));
  int64_t count = 0;
  while (batch) {
    ARROW_RETURN_NOT_OK(CheckCancelled());
    count += batch->num_rows();
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
    ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  }
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_RETURN_NOT_OK(stream->Close());
  return count;
}

arrow::Result<int64_t> WriteParquet(arrow::RecordBatchReader& rows, const Location& location) {
  return WriteFile(location, [&](const auto& stream) { return WriteParquet(rows, stream); });
}

}  // namespace feast::scan
