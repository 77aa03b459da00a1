// One Parquet file of a source, opened.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/fragment.h"
#include "files/places/location.h"
#include "files/places/remote_file.h"

namespace arrow::io {
class RandomAccessFile;
}

namespace parquet {
class FileMetaData;
}

namespace feast::scan {

/// An open Parquet file. Immutable; threads may use it at once.
struct ParquetFile {
  std::shared_ptr<arrow::io::RandomAccessFile> input;
  /// The same as `input` when reads wait for a network, else null.
  std::shared_ptr<RemoteFile> remote;
  std::shared_ptr<parquet::FileMetaData> metadata;
  std::shared_ptr<arrow::Schema> schema;
};

/// Reads the footer of `location.path`, whose `size` in bytes spares a remote store a question when it is known (else
/// 0). Invalid, naming the file, for one that is not Parquet; IOError when it cannot be opened.
arrow::Result<ParquetFile> OpenParquetFile(const Location& location, int64_t size = 0);

}  // namespace feast::scan
