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

/// A local file: written beside its place, then moved there.
class LocalOutput : public FileOutput {
 public:
  static arrow::Result<std::unique_ptr<FileOutput>> Open(const Location& location) {
    arrow::fs::FileSystem& files = *location.file_system;
    ARROW_ASSIGN_OR_RAISE(const arrow::fs::FileInfo there, files.GetFileInfo(location.path));
    if (there.type() == arrow::fs::FileType::Directory) {
      return arrow::Status::Invalid("it is a folder; name a file in it.");
    }
    const std::filesystem::path target(location.path);
    if (target.has_parent_path()) {
      ARROW_RETURN_NOT_OK(files.CreateDir(target.parent_path().string(), /*recursive=*/true));
    }
    auto output = std::unique_ptr<LocalOutput>(new LocalOutput(location, target));
    if (output->nameless_.is_open()) {
      ARROW_ASSIGN_OR_RAISE(output->stream_, output->nameless_.Stream());
    } else {
      ARROW_ASSIGN_OR_RAISE(output->stream_, files.OpenOutputStream(output->temporary_.path()));
    }
    return output;
  }

 private:
  LocalOutput(const Location& location, const std::filesystem::path& target)
      : FileOutput(location), temporary_(TemporaryName(target)), nameless_(target.parent_path()) {}

  arrow::Result<int64_t> WriteTo(const StreamWriter& write) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t count, write(stream_));
    if (nameless_.is_open()) ARROW_RETURN_NOT_OK(nameless_.Name(temporary_.path()));
    ARROW_RETURN_NOT_OK(location().file_system->Move(temporary_.path(), location().path));
    return count;
  }

  const TemporaryFile temporary_;
  const NamelessFile nameless_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
};

/// An object. S3 forgets an upload that is aborted. Arrow's stream to Google's store completes one instead, so there
/// the object gets its name, which is quick, when it is whole.
class RemoteOutput : public FileOutput {
 public:
  static arrow::Result<std::unique_ptr<FileOutput>> Open(const Location& location) {
    auto output = std::unique_ptr<RemoteOutput>(new RemoteOutput(location));
    ARROW_ASSIGN_OR_RAISE(output->stream_, location.file_system->OpenOutputStream(output->target_));
    return output;
  }
  ~RemoteOutput() override {
    if (is_whole_ || !stream_) return;
    // What went wrong first says more than a failure to clean up.
    [[maybe_unused]] const arrow::Status aborted = stream_->Abort();
    if (!forgets_) [[maybe_unused]]
      const arrow::Status deleted = location().file_system->DeleteFile(target_);
  }

 private:
  explicit RemoteOutput(const Location& location)
      : FileOutput(location),
        forgets_(location.file_system->type_name() == "s3"),
        target_(forgets_ ? location.path : TemporaryName(location.path)) {}

  arrow::Result<int64_t> WriteTo(const StreamWriter& write) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t count, write(stream_));
    if (!forgets_) ARROW_RETURN_NOT_OK(location().file_system->Move(target_, location().path));
    is_whole_ = true;
    return count;
  }

  const bool forgets_;
  const std::string target_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
  bool is_whole_ = false;
};

arrow::Status CannotWrite(const Location& location, const arrow::Status& why) {
  const arrow::Status status = Explained(why, location);
  return status.WithMessage("Cannot write '", location.Show(), "': ", MessageWithReason(status));
}

}  // namespace

std::string MessageWithReason(const arrow::Status& status) {
  const int error = arrow::internal::ErrnoFromStatus(status);
  return error == 0 ? status.message() : status.message() + ": " + std::strerror(error);
}

arrow::Result<std::unique_ptr<FileOutput>> FileOutput::Open(const Location& location) {
  auto output = location.is_local() ? LocalOutput::Open(location) : RemoteOutput::Open(location);
  if (!output.ok()) return CannotWrite(location, output.status());
  return output;
}

arrow::Result<int64_t> FileOutput::Write(const StreamWriter& write) {
  auto count = WriteTo(write);
  if (!count.ok()) return CannotWrite(location_, count.status());
  return count;
}

arrow::Result<int64_t> WriteFile(const Location& location, const StreamWriter& write) {
  ARROW_ASSIGN_OR_RAISE(const auto output, FileOutput::Open(location));
  return output->Write(write);
}

}  // namespace feast::scan
