#include "scan/parquet_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "arrow/array/data.h"
#include "arrow/filesystem/filesystem.h"
#include "arrow/io/file.h"
#include "arrow/io/interfaces.h"
#include "arrow/memory_pool.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "parallel/cancellation.h"
#include "parquet/arrow/writer.h"
#include "parquet/properties.h"
#include "parquet/schema.h"
#include "scan/remote_errors.h"

namespace feast::scan {
namespace {

constexpr int64_t kSampleRows = 8192;
constexpr double kMostlyDistinct = 0.9;

/// Whether hardly any number of the column comes twice, so that a dictionary of them costs time and saves nothing.
bool IsMostlyDistinct(const arrow::ArrayData& data) {
  const int width = data.type->bit_width() / 8;
  if (data.length < kSampleRows || (width != 4 && width != 8)) return false;
  const uint8_t* values = data.buffers[1]->data() + data.offset * width;
  const int64_t step = data.length / kSampleRows;
  std::vector<uint64_t> sample(kSampleRows, 0);
  for (int64_t i = 0; i < kSampleRows; ++i) std::memcpy(&sample[i], values + i * step * width, width);
  std::sort(sample.begin(), sample.end());
  const auto distinct = std::unique(sample.begin(), sample.end()) - sample.begin();
  return static_cast<double>(distinct) > kMostlyDistinct * kSampleRows;
}

std::shared_ptr<parquet::WriterProperties> PropertiesFor(const arrow::Schema& schema,
                                                         const arrow::RecordBatch* first_rows) {
  parquet::WriterProperties::Builder builder;
  builder.compression(parquet::Compression::SNAPPY);
  for (int i = 0; first_rows != nullptr && i < schema.num_fields(); ++i) {
    if (arrow::is_primitive(schema.field(i)->type()->id()) && IsMostlyDistinct(*first_rows->column_data(i))) {
      // As a path, for names may hold dots.
      builder.disable_dictionary(
          std::make_shared<parquet::schema::ColumnPath>(std::vector<std::string>{schema.field(i)->name()}));
    }
  }
  return builder.build();
}

arrow::Result<int64_t> WriteRows(arrow::RecordBatchReader& rows,
                                 const std::shared_ptr<arrow::io::OutputStream>& stream) {
  std::shared_ptr<arrow::RecordBatch> batch;
  ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  // With the Arrow schema, time zones and list types come back as they were. Columns are encoded on several threads.
  const auto arrow_properties =
      parquet::ArrowWriterProperties::Builder().store_schema()->set_use_threads(true)->build();
  ARROW_ASSIGN_OR_RAISE(auto writer,
                        parquet::arrow::FileWriter::Open(*rows.schema(), arrow::default_memory_pool(), stream,
                                                         PropertiesFor(*rows.schema(), batch.get()), arrow_properties));
  int64_t count = 0;
  while (batch) {
    ARROW_RETURN_NOT_OK(CheckCancelled());
    count += batch->num_rows();
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
    ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  }
  ARROW_RETURN_NOT_OK(writer->Close());
  return count;
}

/// A hidden name beside `path` that no other writer uses.
std::string TemporaryName(const std::filesystem::path& path) {
  static std::atomic<int> counter{0};
  const std::string name =
      "." + path.filename().string() + ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
  return (path.parent_path() / name).string();
}

std::string OpenFileName(int file) { return "/proc/self/fd/" + std::to_string(file); }

/// A file without a name in the folder of `path`, which vanishes with the process unless it gets one; null where such
/// files cannot be made or named.
std::shared_ptr<arrow::io::FileOutputStream> OpenNameless(const std::string& path) {
#ifdef O_TMPFILE
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const int file = open(parent.empty() ? "." : parent.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (file >= 0 && access(OpenFileName(file).c_str(), F_OK) == 0) {
    return arrow::io::FileOutputStream::Open(file).ValueOr(nullptr);
  }
  if (file >= 0) close(file);
#endif
  return nullptr;
}

arrow::Status Name(const arrow::io::FileOutputStream& file, const std::string& name) {
  const std::string open_file = OpenFileName(file.file_descriptor());
  if (linkat(AT_FDCWD, open_file.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) return arrow::Status::OK();
  return arrow::Status::IOError("the file cannot be given its name: ", std::strerror(errno));
}

arrow::Result<int64_t> WriteAndRename(arrow::RecordBatchReader& rows, arrow::fs::FileSystem& files,
                                      const std::string& temporary, const std::string& path) {
  const auto nameless = OpenNameless(path);
  std::shared_ptr<arrow::io::OutputStream> stream = nameless;
  if (!stream) {
    ARROW_ASSIGN_OR_RAISE(stream, files.OpenOutputStream(temporary));
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t count, WriteRows(rows, stream));
  if (nameless) ARROW_RETURN_NOT_OK(Name(*nameless, temporary));
  ARROW_RETURN_NOT_OK(stream->Close());
  ARROW_RETURN_NOT_OK(files.Move(temporary, path));
  return count;
}

arrow::Result<int64_t> WriteLocal(arrow::RecordBatchReader& rows, arrow::fs::FileSystem& files,
                                  const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const arrow::fs::FileInfo there, files.GetFileInfo(path));
  if (there.type() == arrow::fs::FileType::Directory)
    return arrow::Status::Invalid("it is a folder; name a file in it.");
  const std::filesystem::path target(path);
  if (target.has_parent_path()) ARROW_RETURN_NOT_OK(files.CreateDir(target.parent_path().string(), /*recursive=*/true));
  const std::string temporary = TemporaryName(target);
  auto count = WriteAndRename(rows, files, temporary, path);
  std::error_code ignored;
  if (!count.ok()) std::filesystem::remove(temporary, ignored);
  return count;
}

arrow::Result<int64_t> WriteRemote(arrow::RecordBatchReader& rows, arrow::fs::FileSystem& files,
                                   const std::string& path) {
  // S3 forgets an upload that is aborted. Arrow's stream to Google's store completes one instead, so there the object
  // gets its name, which is quick, when it is whole.
  const bool forgets = files.type_name() == "s3";
  const std::string target = forgets ? path : TemporaryName(path);
  ARROW_ASSIGN_OR_RAISE(auto stream, files.OpenOutputStream(target));
  auto count = WriteRows(rows, stream);
  arrow::Status status = count.ok() ? stream->Close() : count.status();
  if (!status.ok()) count = status;
  if (!status.ok()) {
    // What went wrong first says more than a failure to clean up.
    [[maybe_unused]] const arrow::Status aborted = stream->Abort();
  } else if (!forgets) {
    status = files.Move(target, path);
  }
  if (!status.ok() && !forgets) [[maybe_unused]]
    const arrow::Status deleted = files.DeleteFile(target);
  ARROW_RETURN_NOT_OK(status);
  return count;
}

}  // namespace

arrow::Result<int64_t> WriteParquet(arrow::RecordBatchReader& rows, const Location& location) {
  auto count = location.is_local() ? WriteLocal(rows, *location.file_system, location.path)
                                   : WriteRemote(rows, *location.file_system, location.path);
  if (count.ok()) return count;
  const arrow::Status status = Explained(count.status(), location);
  return status.WithMessage("Cannot write '", location.Show(), "': ", status.message());
}

}  // namespace feast::scan
