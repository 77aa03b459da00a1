// How a source's CSV files are written: what its tags say.
#pragma once

#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/data_source.h"

namespace feast::scan {

struct CsvOptions {
  char delimiter = ',';
  /// '\0' for none.
  char quote = '"';
  char escape = '\0';
  char decimal_point = '.';
  /// Texts that mean "no value" in every column, besides the empty cell.
  std::vector<std::string> nulls;

  bool operator==(const CsvOptions&) const = default;
};

/// From the tags csv.delimiter, csv.quote, csv.escape, csv.decimal_point and csv.nulls; docs/csv.md has their values.
/// Invalid, naming the tag, for another one that begins with "csv." or a value that cannot be.
arrow::Result<CsvOptions> CsvOptionsOf(const FileSource& source);

}  // namespace feast::scan
