#include "scan/file_output.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "arrow/filesystem/filesystem.h"
#include "arrow/io/interfaces.h"
#include "scan/remote_errors.h"
#include "scan/temporary_file.h"

namespace feast::scan {
namespace {

/// A hidden name beside `path` that no other writer uses.
std::string TemporaryName(const std::filesystem::path& path) {
  static std::atomic<int> counter{0};
  const std::string name =
      "." + path.filename().string() + ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
  return (path.parent_path() / name).string();
}

arrow::Result<int64_t> WriteAndRename(const StreamWriter& write, arrow::fs::FileSystem& files,
                                      const std::string& temporary, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto stream, files.OpenOutputStream(temporary));
  ARROW_ASSIGN_OR_RAISE(const int64_t count, write(stream));
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

arrow::Result<int64_t> WriteFile(const Location& location, const StreamWriter& write) {
  auto count = location.is_local() ? WriteLocal(write, *location.file_system, location.path)
                                   : WriteRemote(write, *location.file_system, location.path);
  if (count.ok()) return count;
  const arrow::Status status = Explained(count.status(), location);
  return status.WithMessage("Cannot write '", location.Show(), "': ", status.message());
}

}  // namespace feast::scan
