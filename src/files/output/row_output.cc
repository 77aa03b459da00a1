#include "files/output/row_output.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <utility>

#include "arrow/io/interfaces.h"
#include "arrow/ipc/writer.h"
#include "arrow/record_batch.h"
#include "files/output/parquet_output.h"

namespace feast::scan {
namespace {

constexpr std::array<std::pair<std::string_view, RowFormat>, 7> kExtensions = {{{".parquet", RowFormat::kParquet},
                                                                                {".pq", RowFormat::kParquet},
                                                                                {".arrow", RowFormat::kArrow},
                                                                                {".feather", RowFormat::kArrow},
                                                                                {".ipc", RowFormat::kArrow},
                                                                                {".csv", RowFormat::kCsv},
                                                                                {".json", RowFormat::kJson}}};

arrow::Result<int64_t> WriteArrow(arrow::RecordBatchReader& rows,
                                  const std::shared_ptr<arrow::io::OutputStream>& stream) {
  ARROW_ASSIGN_OR_RAISE(const auto writer, arrow::ipc::MakeFileWriter(stream, rows.schema()));
  int64_t count = 0;
  std::shared_ptr<arrow::RecordBatch> batch;
  ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  while (batch) {
    count += batch->num_rows();
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
    ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  }
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_RETURN_NOT_OK(stream->Close());
  return count;
}

}  // namespace
}  // namespace feast::scan

namespace feast {

arrow::Result<RowFormat> RowFormatOf(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const auto& [known, format] : scan::kExtensions) {
    if (extension == known) return format;
  }
  return arrow::Status::Invalid("The name of a file must say its format (.parquet, .arrow, .csv or .json): '", path,
                                "'");
}

arrow::Result<int64_t> WriteRows(RowFormat format, arrow::RecordBatchReader& rows,
                                 const std::shared_ptr<arrow::io::OutputStream>& stream) {
  switch (format) {
    case RowFormat::kArrow:
      return scan::WriteArrow(rows, stream);
    case RowFormat::kCsv:
      return scan::WriteCsv(rows, stream);
    case RowFormat::kJson:
      return scan::WriteJson(rows, stream);
    case RowFormat::kParquet:
      break;
  }
  return scan::WriteParquet(rows, stream);
}

}  // namespace feast
