// Writing one file of any form so that it appears complete or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "arrow/io/type_fwd.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/places/location.h"

namespace feast::scan {

/// Writes to a stream, closes it and gives a count.
using StreamWriter = std::function<arrow::Result<int64_t>(const std::shared_ptr<arrow::io::OutputStream>&)>;

/// One file that is about to be written. It takes the place of one that is there: locally through a temporary file
/// beside it, on an object store because an object shows only once it is closed, elsewhere by a temporary file. A link
/// stays, and what it leads to is replaced; a pipe or device is written into. Destroyed without a Write that succeeded,
/// it leaves nothing behind.
class FileOutput {
 public:
  /// Opens what will be written to, so that a place that cannot be written is known before there is anything to write.
  /// Missing folders are not made. Errors name the location.
  static arrow::Result<std::unique_ptr<FileOutput>> Open(const Location& location);
  virtual ~FileOutput() = default;
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;

  /// Runs `write` and returns what it gave. To be called once.
  arrow::Result<int64_t> Write(const StreamWriter& write);

 protected:
  explicit FileOutput(Location location) : location_(std::move(location)) {}
  const Location& location() const { return location_; }

 private:
  virtual arrow::Result<int64_t> WriteTo(const StreamWriter& write) = 0;

  Location location_;
};

/// Both at once.
arrow::Result<int64_t> WriteFile(const Location& location, const StreamWriter& write);

}  // namespace feast::scan
