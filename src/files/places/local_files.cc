#include "files/places/local_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "arrow/io/file.h"
#include "arrow/util/io_util.h"
#include "cloud/place_error.h"

namespace feast::scan {
namespace {

constexpr int64_t kNsPerS = 1'000'000'000;

LocalVersion VersionOf(const struct stat& there) {
  return {there.st_dev, there.st_ino, there.st_size, there.st_mtim.tv_sec * kNsPerS + there.st_mtim.tv_nsec};
}

arrow::Status ChangedFile(const std::string& path) {
  return PlaceError(PlaceTrouble::kChanged,
                    "'" + path +
                        "' was changed while it was read. Read it again; nothing of both versions is mixed. "
                        "Whoever writes it does best to rename a finished file over it.");
}

arrow::Status Unreadable(const std::string& path, const std::string& reason) {
  return PlaceError(PlaceTrouble::kRefused, "Cannot read '" + path + "': " + reason + ".");
}

const char* KindOf(mode_t mode) {
  return S_ISFIFO(mode)   ? "a named pipe"
         : S_ISSOCK(mode) ? "a socket"
         : S_ISCHR(mode)  ? "a device"
         : S_ISBLK(mode)  ? "a disk"
                          : "no file";
}

/// An ordinary file that must not change while it is read.
class LocalFile : public arrow::io::RandomAccessFile {
 public:
  LocalFile(std::shared_ptr<arrow::io::ReadableFile> file, std::string path, LocalVersion version)
      : file_(std::move(file)), path_(std::move(path)), version_(version) {
    set_mode(arrow::io::FileMode::READ);
  }

  arrow::Result<int64_t> GetSize() override { return version_.size; }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    return Checked(file_->ReadAt(position, bytes, out));
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    return Checked(file_->ReadAt(position, bytes));
  }
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override { return Checked(file_->Read(bytes, out)); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override { return Checked(file_->Read(bytes)); }
  arrow::Status WillNeed(const std::vector<arrow::io::ReadRange>& ranges) override { return file_->WillNeed(ranges); }
  arrow::Result<int64_t> Tell() const override { return file_->Tell(); }
  arrow::Status Seek(int64_t position) override { return file_->Seek(position); }
  arrow::Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }

 private:
  /// What was read counts only if the file is still what it was.
  template <class Value>
  arrow::Result<Value> Checked(arrow::Result<Value> read) const {
    if (!read.ok()) return Unreadable(path_, MessageWithReason(read.status()));
    struct stat now {};
    if (fstat(file_->file_descriptor(), &now) != 0) return Unreadable(path_, std::strerror(errno));
    // Looked at after reading: a change before or while the bytes were read shows in the descriptor's own times and
    // size. A file renamed over the path changes nothing here, for this descriptor still reads the old one.
    if (VersionOf(now) != version_) return ChangedFile(path_);
    return read;
  }

  const std::shared_ptr<arrow::io::ReadableFile> file_;
  const std::string path_;
  const LocalVersion version_;
};

template <class Value>
arrow::Result<Value> WithReason(arrow::Result<Value> result) {
  if (result.ok() || arrow::internal::ErrnoFromStatus(result.status()) == 0) return result;
  const std::string message = MessageWithReason(result.status());
  return PlaceError(PlaceTrouble::kRefused, message + ".");
}

}  // namespace

std::string MessageWithReason(const arrow::Status& status) {
  const int error = arrow::internal::ErrnoFromStatus(status);
  return error == 0 ? status.message() : status.message() + ": " + std::strerror(error);
}

std::string KindOfPath(const std::string& path) {
  struct stat there {};
  if (lstat(path.c_str(), &there) != 0) return "nothing";
  if (S_ISLNK(there.st_mode) && stat(path.c_str(), &there) != 0) return "a link to nothing";
  return KindOf(there.st_mode);
}

arrow::Result<arrow::fs::FileInfo> LocalFiles::GetFileInfo(const std::string& path) {
  return WithReason(LocalFileSystem::GetFileInfo(path));
}

arrow::Result<std::vector<arrow::fs::FileInfo>> LocalFiles::GetFileInfo(const arrow::fs::FileSelector& selector) {
  return WithReason(LocalFileSystem::GetFileInfo(selector));
}

arrow::Result<std::shared_ptr<arrow::io::InputStream>> LocalFiles::OpenInputStream(const std::string& path) {
  return OpenInputFile(path);
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> LocalFiles::OpenInputFile(const std::string& path) {
  // Opening a pipe to read waits for somebody who writes.
  const int opened = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (opened < 0) return Unreadable(path, std::strerror(errno));
  struct stat there {};
  if (fstat(opened, &there) != 0 || !S_ISREG(there.st_mode)) {
    close(opened);
    if (S_ISDIR(there.st_mode)) return Unreadable(path, "it is a folder");
    return Unreadable(path, std::string("it is ") + KindOf(there.st_mode) +
                                ", which can be read only once. Copy what comes from it into a file");
  }
  const LocalVersion version = VersionOf(there);
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(opened));
  {
    // The first opening settles the version. Whoever opens the path again, for the schema, the statistics or the
    // values, gets that or an error.
    const std::lock_guard lock(mutex_);
    const auto [known, is_new] = versions_.emplace(path, version);
    if (!is_new && known->second != version) return ChangedFile(path);
  }
  return std::make_shared<LocalFile>(std::move(file), path, version);
}

}  // namespace feast::scan
