#include "files/output/file_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "arrow/filesystem/filesystem.h"
#include "arrow/io/file.h"
#include "arrow/io/interfaces.h"
#include "arrow/util/io_util.h"
#include "files/places/remote_errors.h"
#include "system/temporary_file.h"

namespace feast::scan {
namespace {

/// A hidden name beside `path` that no other writer uses.
std::string TemporaryName(const std::filesystem::path& path) {
  static std::atomic<int> counter{0};
  const std::string name =
      "." + path.filename().string() + ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
  return (path.parent_path() / name).string();
}

/// A file without a name, which vanishes with the process unless it gets one.
class NamelessFile {
 public:
  /// Nothing is open where such files cannot be made or named.
  explicit NamelessFile(const std::filesystem::path& folder) {
#ifdef O_TMPFILE
    file_ = open(folder.empty() ? "." : folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (file_ >= 0 && access(OpenName().c_str(), F_OK) != 0) Close();
#endif
  }
  ~NamelessFile() { Close(); }
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;

  bool is_open() const { return file_ >= 0; }
  /// Closing the stream leaves the file open here.
  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> Stream() const {
    return arrow::io::FileOutputStream::Open(fcntl(file_, F_DUPFD_CLOEXEC, 0));
  }
  arrow::Status Name(const std::string& name) const {
    if (linkat(AT_FDCWD, OpenName().c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      return arrow::Status::OK();
    }
    return arrow::Status::IOError("the file cannot be given its name: ", std::strerror(errno));
  }

 private:
  std::string OpenName() const { return "/proc/self/fd/" + std::to_string(file_); }
  void Close() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }

  int file_ = -1;
};

arrow::Result<int64_t> WriteAndRename(const StreamWriter& write, arrow::fs::FileSystem& files,
                                      const std::string& temporary, const std::string& path) {
  const NamelessFile nameless(std::filesystem::path(path).parent_path());
  ARROW_ASSIGN_OR_RAISE(auto stream, nameless.is_open() ? nameless.Stream() : files.OpenOutputStream(temporary));
  ARROW_ASSIGN_OR_RAISE(const int64_t count, write(stream));
  if (nameless.is_open()) ARROW_RETURN_NOT_OK(nameless.Name(temporary));
  ARROW_RETURN_NOT_OK(files.Move(temporary, path));
  return count;
}

arrow::Result<int64_t> WriteLocal(const StreamWriter& write, arrow::fs::FileSystem& files, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const arrow::fs::FileInfo there, files.GetFileInfo(path));
  if (there.type() == arrow::fs::FileType::Directory)
    return arrow::Status::Invalid("it is a folder; name a file in it.");
  const std::filesystem::path target(path);
  if (target.has_parent_path()) ARROW_RETURN_NOT_OK(files.CreateDir(target.parent_path().string(), /*recursive=*/true));
  const TemporaryFile temporary(TemporaryName(target));
  return WriteAndRename(write, files, temporary.path(), path);
}

arrow::Result<int64_t> WriteRemote(const StreamWriter& write, arrow::fs::FileSystem& files, const std::string& path) {
  // S3 forgets an upload that is aborted. Arrow's stream to Google's store completes one instead, so there the object
  // gets its name, which is quick, when it is whole.
  const bool forgets = files.type_name() == "s3";
  const std::string target = forgets ? path : TemporaryName(path);
  ARROW_ASSIGN_OR_RAISE(auto stream, files.OpenOutputStream(target));
  auto count = write(stream);
  arrow::Status status = count.status();
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

std::string MessageWithReason(const arrow::Status& status) {
  const int error = arrow::internal::ErrnoFromStatus(status);
  return error == 0 ? status.message() : status.message() + ": " + std::strerror(error);
}

arrow::Result<int64_t> WriteFile(const Location& location, const StreamWriter& write) {
  auto count = location.is_local() ? WriteLocal(write, *location.file_system, location.path)
                                   : WriteRemote(write, *location.file_system, location.path);
  if (count.ok()) return count;
  const arrow::Status status = Explained(count.status(), location);
  return status.WithMessage("Cannot write '", location.Show(), "': ", MessageWithReason(status));
}

}  // namespace feast::scan
