#include "cli/row_printer.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/io/interfaces.h"
#include "arrow/record_batch.h"
#include "arrow/scalar.h"
#include "arrow/type.h"
#include "cli/command_line.h"
#include "cli/terminal.h"
#include "cli/text_table.h"
#include "text/printable_text.h"

namespace feast::cli {

namespace {

constexpr int64_t kTableRows = 20;

/// Standard output as Arrow's writers take it. Closing leaves it open.
class StandardOutput : public arrow::io::OutputStream {
 public:
  arrow::Status Close() override { return Flush(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Write(const void* data, int64_t bytes) override {
    position_ += bytes;
    if (std::fwrite(data, 1, static_cast<size_t>(bytes), stdout) == static_cast<size_t>(bytes))
      return arrow::Status::OK();
    return Failed();
  }
  arrow::Status Flush() override { return std::fflush(stdout) == 0 ? arrow::Status::OK() : Failed(); }

 private:
  static arrow::Status Failed() {
    return arrow::Status::IOError("Standard output could not be written: ", std::strerror(errno));
  }

  int64_t position_ = 0;
};

std::string Cell(const arrow::Array& values, int64_t row) {
  if (values.IsNull(row)) return "null";
  const auto scalar = values.GetScalar(row);
  return scalar.ok() ? EscapeControls((*scalar)->ToString()) : "?";
}

}  // namespace

arrow::Status PrintRows(RowFormat format, arrow::RecordBatchReader& rows) {
  const arrow::Status status = WriteRows(format, rows, std::make_shared<StandardOutput>()).status();
  // Every command that nobody listens to says so in the same words, at its end.
  return !status.ok() && std::ferror(stdout) != 0 ? ExitCode(1) : status;
}

arrow::Status PrintTable(arrow::RecordBatchReader& rows) {
  std::vector<std::vector<std::string>> cells;
  int64_t count = 0;
  std::shared_ptr<arrow::RecordBatch> batch;
  ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  while (batch) {
    const int64_t shown = std::clamp<int64_t>(kTableRows - count, 0, batch->num_rows());
    for (int64_t row = 0; row < shown; ++row) {
      std::vector<std::string>& line = cells.emplace_back();
      for (const auto& column : batch->columns()) line.push_back(Cell(*column, row));
    }
    count += batch->num_rows();
    ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  }
  Print(RenderTable(rows.schema()->field_names(), cells));
  if (count > kTableRows) {
    Print("… and " + std::to_string(count - kTableRows) + " more rows; --output FILE writes them all.\n");
  }
  return arrow::Status::OK();
}

}  // namespace feast::cli
