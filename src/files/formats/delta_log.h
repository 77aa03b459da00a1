// The log of a Delta table: which Parquet files are its newest version.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/places/location.h"

namespace feast::scan {

/// One version of a Delta table.
struct DeltaSnapshot {
  struct File {
    /// As the file system of the table takes it.
    std::string path;
    int64_t size = 0;
    std::map<std::string, std::optional<std::string>> partition;
  };

  int64_t version = -1;
  std::shared_ptr<arrow::Schema> schema;
  std::vector<std::string> partition_columns;
  /// Sorted by path.
  std::vector<File> files;
};

/// Whether `location` is a folder with a Delta log.
arrow::Result<bool> IsDeltaTable(const Location& location);

/// Reads the newest checkpoint and the commits after it. NotImplemented for tables that need deletion vectors, column
/// mapping or another feature that this reader does not have; Invalid for a log with holes or damage.
arrow::Result<DeltaSnapshot> ReadDeltaLog(const Location& location);

}  // namespace feast::scan
