#include "files/output/file_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

#include "arrow/filesystem/filesystem.h"
#include "arrow/io/file.h"
#include "arrow/io/interfaces.h"
#include "files/places/local_files.h"
#include "system/temporary_file.h"

namespace feast::scan {
namespace {

/// A hidden name beside `path` that no other writer has, in this container or another.
std::string TemporaryName(const std::filesystem::path& path) {
  std::random_device random;
  char number[17];
  std::snprintf(number, sizeof(number), "%08x%08x", random(), random());
  return (path.parent_path() / ("." + path.filename().string() + ".tmp-" + number)).string();
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

/// Where a link leads, at last, whether there is something or not; the path itself where there is no link.
arrow::Result<std::string> BehindLinks(const std::string& path) {
  // As many as Linux follows.
  constexpr int kLinksMax = 40;
  std::filesystem::path at = path;
  std::error_code error;
  for (int i = 0; i < kLinksMax; ++i) {
    if (!std::filesystem::is_symlink(at, error)) return at.string();
    const auto target = std::filesystem::read_symlink(at, error);
    if (error) return arrow::Status::IOError("the link cannot be followed: ", error.message());
    at = at.parent_path() / target;
  }
  return arrow::Status::IOError("its links lead in a circle.");
}

/// A pipe or a device takes the bytes as they come.
class PipeOutput : public FileOutput {
 public:
  static arrow::Result<std::unique_ptr<FileOutput>> Open(const Location& location, const std::string& path) {
    const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) return arrow::Status::IOError(std::strerror(errno));
    auto output = std::unique_ptr<PipeOutput>(new PipeOutput(location));
    ARROW_ASSIGN_OR_RAISE(output->stream_, arrow::io::FileOutputStream::Open(file));
    return output;
  }

 private:
  using FileOutput::FileOutput;
  arrow::Result<int64_t> WriteTo(const StreamWriter& write) override { return write(stream_); }

  std::shared_ptr<arrow::io::OutputStream> stream_;
};

/// A local file: written beside its place, then moved there.
class LocalOutput : public FileOutput {
 public:
  static arrow::Result<std::unique_ptr<FileOutput>> Open(const Location& location) {
    ARROW_ASSIGN_OR_RAISE(const std::string path, BehindLinks(location.path));
    std::error_code error;
    const auto type = std::filesystem::status(path, error).type();
    using std::filesystem::file_type;
    if (type == file_type::directory) return arrow::Status::Invalid("it is a folder; name a file in it.");
    if (type == file_type::fifo || type == file_type::character) return PipeOutput::Open(location, path);
    if (type != file_type::regular && type != file_type::not_found) {
      return arrow::Status::Invalid("it is no file; name one that is, or a new one.");
    }
    const std::filesystem::path target(path);
    const auto folder = target.parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
      return arrow::Status::IOError("there is no folder '", folder.string(), "'. Make it, or correct the path.");
    }
    auto output = std::unique_ptr<LocalOutput>(new LocalOutput(location, target));
    if (output->nameless_.is_open()) {
      ARROW_ASSIGN_OR_RAISE(output->stream_, output->nameless_.Stream());
    } else {
      ARROW_ASSIGN_OR_RAISE(output->stream_, location.file_system->OpenOutputStream(output->temporary_.path()));
    }
    return output;
  }

 private:
  LocalOutput(const Location& location, const std::filesystem::path& target)
      : FileOutput(location),
        path_(target.string()),
        temporary_(TemporaryName(target)),
        nameless_(target.parent_path()) {}

  arrow::Result<int64_t> WriteTo(const StreamWriter& write) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t count, write(stream_));
    if (nameless_.is_open()) ARROW_RETURN_NOT_OK(nameless_.Name(temporary_.path()));
    ARROW_RETURN_NOT_OK(location().file_system->Move(temporary_.path(), path_));
    return count;
  }

  const std::string path_;
  const TemporaryFile temporary_;
  const NamelessFile nameless_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
};

/// An object of S3 or Google's store shows when its stream is closed, and what is not closed is given up. Other file
/// systems have no way to give up what was written, so there the file gets its name when it is whole.
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
    if (is_renamed()) [[maybe_unused]]
      const arrow::Status deleted = location().file_system->DeleteFile(target_);
  }

 private:
  explicit RemoteOutput(const Location& location)
      : FileOutput(location), target_(location.is_object_store() ? location.path : TemporaryName(location.path)) {}

  bool is_renamed() const { return !location().is_object_store(); }
  arrow::Result<int64_t> WriteTo(const StreamWriter& write) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t count, write(stream_));
    if (is_renamed()) ARROW_RETURN_NOT_OK(location().file_system->Move(target_, location().path));
    is_whole_ = true;
    return count;
  }

  const std::string target_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
  bool is_whole_ = false;
};

arrow::Status CannotWrite(const Location& location, const arrow::Status& why) {
  return why.WithMessage("Cannot write '", location.Show(), "': ", MessageWithReason(why));
}

}  // namespace

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
