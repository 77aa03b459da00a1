#include "files/formats/csv/csv_header.h"

#include <string_view>

#include "arrow/buffer.h"
#include "arrow/io/interfaces.h"
#include "arrow/result.h"

namespace feast::scan {

arrow::Status CheckCsvHeader(arrow::io::InputStream& text, const CsvOptions& options) {
  constexpr int64_t kPieceBytes = 64 << 10, kHeaderBytesMax = 4 << 20;
  int64_t columns = 1;
  bool is_quoted = false;
  for (int64_t bytes = 0; bytes < kHeaderBytesMax;) {
    ARROW_ASSIGN_OR_RAISE(const auto piece, text.Read(kPieceBytes));
    if (piece->size() == 0) return arrow::Status::OK();
    bytes += piece->size();
    for (const char c : std::string_view(*piece)) {
      if (options.quote != '\0' && c == options.quote) is_quoted = !is_quoted;
      if (is_quoted) continue;
      if (c == '\n' || c == '\r') return arrow::Status::OK();
      columns += c == options.delimiter;
    }
    if (columns > kCsvColumnsMax) {
      return arrow::Status::Invalid("its first line names more than ", kCsvColumnsMax,
                                    " columns. Write such a table as Parquet.");
    }
  }
  return arrow::Status::Invalid("its first line is longer than 4 MB.");
}

}  // namespace feast::scan
