// Batches of rows set aside on disk, in Arrow's IPC file format.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace arrow::io {
class FileOutputStream;
}  // namespace arrow::io
namespace arrow::ipc {
class RecordBatchFileReader;
class RecordBatchWriter;
}  // namespace arrow::ipc

namespace feast {

/// A file in the temporary folder (TMPDIR) that has no name, so that its space comes back when this object, or the
/// process in whatever way, ends. First batches are appended, then they are read. Not thread-safe.
class SpillFile {
 public:
  /// IOError, naming the folder, when no file can be made there.
  static arrow::Result<std::unique_ptr<SpillFile>> Make(std::shared_ptr<arrow::Schema> schema);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;

  /// Writes a batch of the schema and returns its number, counted from 0. IOError, naming the folder and what to do,
  /// when the disk is full.
  arrow::Result<int> Append(const arrow::RecordBatch& batch);
  /// Ends writing.
  arrow::Status Seal();
  /// A batch as it was appended; after Seal.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Read(int number);

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }

 private:
  SpillFile() = default;
  arrow::Status OpenIn(const std::string& folder);
  arrow::Status Explained(const arrow::Status& status) const;

  std::shared_ptr<arrow::Schema> schema_;
  std::string folder_;
  int batches_ = 0;
  std::shared_ptr<arrow::io::FileOutputStream> output_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> reader_;
};

}  // namespace feast
