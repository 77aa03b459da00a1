// Rows as one JSON array of objects, laid out as pandas does: to_json(orient="records", indent=4).
#include <string>
#include <vector>

#include "arrow/io/interfaces.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "files/output/json_text.h"
#include "files/output/row_output.h"

namespace feast::scan {
namespace {

/// Text is handed on in pieces of about this size.
constexpr size_t kPieceBytes = 1 << 20;

std::vector<std::string> Openings(const arrow::Schema& schema) {
  std::vector<std::string> openings;
  for (const std::string& name : schema.field_names()) {
    std::string& opening = openings.emplace_back(openings.empty() ? "        " : ",\n        ");
    AppendJsonText(name, &opening);
    opening += ':';
  }
  return openings;
}

}  // namespace

arrow::Result<int64_t> WriteJson(arrow::RecordBatchReader& rows,
                                 const std::shared_ptr<arrow::io::OutputStream>& stream) {
  const std::vector<std::string> openings = Openings(*rows.schema());
  std::string text = "[";
  int64_t count = 0;
  std::shared_ptr<arrow::RecordBatch> batch;
  ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  while (batch) {
    for (int64_t row = 0; row < batch->num_rows(); ++row, ++count) {
      text += count == 0 ? "\n    {\n" : ",\n    {\n";
      for (int i = 0; i < batch->num_columns(); ++i) {
        text += openings[i];
        AppendJson(*batch->column(i), row, &text);
      }
      text += "\n    }";
      if (text.size() < kPieceBytes) continue;
      ARROW_RETURN_NOT_OK(stream->Write(text));
      text.clear();
    }
    ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  }
  text += count == 0 ? "]\n" : "\n]\n";
  ARROW_RETURN_NOT_OK(stream->Write(text));
  ARROW_RETURN_NOT_OK(stream->Close());
  return count;
}

}  // namespace feast::scan
