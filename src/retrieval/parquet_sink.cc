#include "retrieval/parquet_sink.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "arrow/filesystem/filesystem.h"
#include "arrow/io/interfaces.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "parquet/arrow/writer.h"
#include "parquet/properties.h"

namespace feast {
namespace {

arrow::Result<int64_t> WriteRows(arrow::RecordBatchReader& rows, const std::shared_ptr<arrow::io::OutputStream>& stream) {
  const auto properties = parquet::WriterProperties::Builder().compression(parquet::Compression::SNAPPY)->build();
  // The Arrow schema goes along so that time zones and list types come back as they were.
  const auto arrow_properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
  ARROW_ASSIGN_OR_RAISE(auto writer, parquet::arrow::FileWriter::Open(*rows.schema(), arrow::default_memory_pool(), stream,
                                                                      properties, arrow_properties));
  int64_t count = 0;
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
    if (!batch) break;
    count += batch->num_rows();
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
  }
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_RETURN_NOT_OK(stream->Close());
  return count;
}

/// A name beside `path` that no other writer uses.
std::string TemporaryName(const std::string& path) {
  static std::atomic<int> counter{0};
  const std::filesystem::path target(path);
  return (target.parent_path() / ("." + target.filename().string() + ".tmp-" + std::to_string(getpid()) + "-" +
                                  std::to_string(counter++)))
      .string();
}

arrow::Result<int64_t> WriteLocal(arrow::RecordBatchReader& rows, arrow::fs::FileSystem& files, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const arrow::fs::FileInfo there, files.GetFileInfo(path));
  if (there.type() == arrow::fs::FileType::Directory) return arrow::Status::Invalid("It is a folder; name a file in it.");
  const std::string temporary = TemporaryName(path);
  const auto write = [&]() -> arrow::Result<int64_t> {
    ARROW_ASSIGN_OR_RAISE(auto stream, files.OpenOutputStream(temporary));
    ARROW_ASSIGN_OR_RAISE(const int64_t count, WriteRows(rows, stream));
    ARROW_RETURN_NOT_OK(files.Move(temporary, path));
    return count;
  };
  auto count = write();
  std::error_code ignored;
  if (!count.ok()) std::filesystem::remove(temporary, ignored);
  return count;
}

arrow::Result<int64_t> WriteRemote(arrow::RecordBatchReader& rows, arrow::fs::FileSystem& files, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto stream, files.OpenOutputStream(path));
  auto count = WriteRows(rows, stream);
  // An upload that is aborted leaves nothing; there is nothing to say about a failure to abort that the first error does not.
  if (!count.ok()) [[maybe_unused]] const arrow::Status aborted = stream->Abort();
  return count;
}

}  // namespace

arrow::Result<int64_t> WriteParquetFile(arrow::RecordBatchReader& rows, const std::string& path_or_uri) {
  const bool is_uri = path_or_uri.find("://") != std::string::npos;
  std::string path = is_uri ? path_or_uri : std::filesystem::absolute(path_or_uri).string();
  ARROW_ASSIGN_OR_RAISE(auto files, arrow::fs::FileSystemFromUriOrPath(path, &path));
  auto count = files->type_name() == "local" ? WriteLocal(rows, *files, path) : WriteRemote(rows, *files, path);
  if (count.ok()) return count;
  return count.status().WithMessage(count.status().message(), " (writing ", path_or_uri, ")");
}

}  // namespace feast
