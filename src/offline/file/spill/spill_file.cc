#include "offline/file/spill/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "arrow/io/file.h"
#include "arrow/ipc/options.h"
#include "arrow/ipc/reader.h"
#include "arrow/ipc/writer.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "files/places/local_files.h"

namespace feast {
namespace {

std::string TemporaryFolder() {
  std::error_code failed;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(failed);
  if (!failed) return folder.string();
  const char* named = std::getenv("TMPDIR");
  return named != nullptr ? named : "/tmp";
}

/// A file without a name; −1 with errno when none can be made.
int OpenNameless(const std::string& folder) {
#ifdef O_TMPFILE
  // With O_EXCL the file can never be given a name.
  const int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
#endif
  // A file system that cannot: the name lives for an instant.
  std::string name = folder + "/feast-spill-XXXXXX";
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

}  // namespace

SpillFile::~SpillFile() = default;

arrow::Result<std::unique_ptr<SpillFile>> SpillFile::Make(std::shared_ptr<arrow::Schema> schema) {
  std::unique_ptr<SpillFile> file(new SpillFile());
  file->schema_ = std::move(schema);
  file->folder_ = TemporaryFolder();
  ARROW_RETURN_NOT_OK(file->Explained(file->OpenIn(file->folder_)));
  return file;
}

arrow::Status SpillFile::OpenIn(const std::string& folder) {
  const int written = OpenNameless(folder);
  if (written < 0) return arrow::Status::IOError(std::strerror(errno));
  ARROW_ASSIGN_OR_RAISE(output_, arrow::io::FileOutputStream::Open(written));
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  // Whoever appends a batch is one of many threads already.
  options.use_threads = false;
  ARROW_ASSIGN_OR_RAISE(writer_, arrow::ipc::MakeFileWriter(output_, schema_, options));
  return arrow::Status::OK();
}

arrow::Status SpillFile::Explained(const arrow::Status& status) const {
  if (status.ok()) return status;
  return status.WithMessage(
      "Entity rows beyond the memory limit are set aside in the temporary folder '", folder_,
      "', and that failed: ", scan::MessageWithReason(status),
      ". Let TMPDIR name a folder on a disk with more room, or raise FEAST_MEMORY_LIMIT so that they stay in memory.");
}

arrow::Result<int> SpillFile::Append(const arrow::RecordBatch& batch) {
  ARROW_RETURN_NOT_OK(Explained(writer_->WriteRecordBatch(batch)));
  return batches_++;
}

arrow::Status SpillFile::Seal() {
  ARROW_RETURN_NOT_OK(Explained(writer_->Close()));
  writer_.reset();
  // Without a name the file can only be opened again through what has it open.
  const int read = fcntl(output_->file_descriptor(), F_DUPFD_CLOEXEC, 0);
  if (read < 0) return Explained(arrow::Status::IOError(std::strerror(errno)));
  ARROW_ASSIGN_OR_RAISE(auto input, arrow::io::ReadableFile::Open(read));
  ARROW_RETURN_NOT_OK(Explained(output_->Close()));
  output_.reset();
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  options.use_threads = false;
  return arrow::ipc::RecordBatchFileReader::Open(std::move(input), options).Value(&reader_);
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> SpillFile::Read(int number) {
  // Numbers are those of Append: the format's footer lists batches in the order in which they were written.
  auto read = reader_->ReadRecordBatch(number);
  ARROW_RETURN_NOT_OK(Explained(read.status()));
  return read;
}

}  // namespace feast
