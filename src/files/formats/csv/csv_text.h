// The bytes of a CSV file, so that Arrow's reader takes them for what they are.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "arrow/io/interfaces.h"
#include "arrow/result.h"
#include "files/formats/csv/csv_options.h"

namespace feast::scan {

/// Has an end of line behind the last line, for Arrow's reader takes names without one for none. A text that ends
/// within quotes is Invalid: the rows behind the quote would be a cell. Not thread-safe.
class CsvText : public arrow::io::InputStream {
 public:
  CsvText(std::shared_ptr<arrow::io::InputStream> bytes, const CsvOptions& options)
      : bytes_(std::move(bytes)), options_(options) {}

  arrow::Status Close() override { return bytes_->Close(); }
  bool closed() const override { return bytes_->closed(); }
  arrow::Result<int64_t> Tell() const override { return bytes_->Tell(); }
  /// As much as there is, so that the end of line comes along with what it ends.
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override;

 private:
  void Follow(std::string_view piece);
  bool BeginsCell(int64_t at, char before) const;

  const std::shared_ptr<arrow::io::InputStream> bytes_;
  const CsvOptions options_;
  /// As if a line had ended before the first one: an empty text stays empty.
  char last_ = '\n';
  int64_t position_ = 0;
  bool is_quoted_ = false;
  /// Where the cell in quotes began, and where quotes were closed last.
  int64_t quoted_from_ = 0, closed_at_ = -2;
};

}  // namespace feast::scan
