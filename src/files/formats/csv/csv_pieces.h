// A CSV file, some rows at a time, its cells as they are written.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/formats/csv/csv_options.h"
#include "files/places/location.h"

namespace arrow::csv {
class StreamingReader;
}

namespace feast::scan {

class CsvPieces {
 public:
  /// The names of the columns, from the first line. Invalid for a file in another encoding than UTF-8, and for one
  /// without such a line.
  static arrow::Result<std::vector<std::string>> ReadHeader(const Location& location, const CsvOptions& options);

  /// To read these columns, at least one, of a file that has them.
  static arrow::Result<std::unique_ptr<CsvPieces>> Open(const Location& location, const CsvOptions& options,
                                                        const std::vector<std::string>& columns);
  ~CsvPieces();

  /// Binary columns, or null at the end; an empty cell without quotes is null.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next();

 private:
  CsvPieces() = default;

  std::shared_ptr<arrow::csv::StreamingReader> reader_;
};

}  // namespace feast::scan
