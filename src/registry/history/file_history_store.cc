#include "registry/history/file_history_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "registry/registry_id.h"
#include "system/durable_write.h"
#include "system/regular_file.h"

namespace feast {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kBytesMax = int64_t{2} << 30;
constexpr mode_t kAllBits = 07777;

arrow::Status Failure(const char* what, const fs::path& path, const std::string& reason) {
  return arrow::Status::IOError("The registry's history cannot be ", what, ": ", reason,
                                ". Check the folder's permissions, or set history_max: 0 under `registry` to keep no "
                                "history. File: ",
                                path.string());
}

/// Of a folder for whoever may read, and write, a file of `mode`.
mode_t FolderMode(mode_t mode) {
  const mode_t read = mode & 0444, write = mode & 0222;
  return read | write | (read >> 2) | 0700;
}

}  // namespace

// A folder that was made when the registry was open to more people is closed to them as the registry is. What cannot be
// changed is left: the files in it have the registry's mode in any case.
arrow::Status FileHistoryStore::MakeFolder() {
  std::error_code error;
  struct stat registry, folder;
  const bool has_registry = stat(registry_.c_str(), &registry) == 0;
  fs::create_directories(folder_.parent_path(), error);
  if (error) return Failure("written", folder_, error.message());
  const bool is_new = mkdir(folder_.c_str(), has_registry ? 0700 : 0777) == 0;
  if (!is_new && errno != EEXIST) return Failure("written", folder_, std::strerror(errno));
  if (!has_registry || stat(folder_.c_str(), &folder) != 0) return arrow::Status::OK();
  const mode_t wanted = FolderMode(registry.st_mode);
  if (is_new) {
    [[maybe_unused]] const int kept = chown(folder_.c_str(), registry.st_uid, registry.st_gid);
  }
  if (is_new || (folder.st_mode & kAllBits & ~wanted) != 0) {
    [[maybe_unused]] const int kept = chmod(folder_.c_str(), is_new ? wanted : folder.st_mode & wanted);
  }
  return arrow::Status::OK();
}

arrow::Status FileHistoryStore::Put(const std::string& name, const std::string& bytes) {
  ARROW_RETURN_NOT_OK(MakeFolder());
  const WriteProblem problem =
      ReplaceDurably(folder_ / name, folder_ / ("." + name + ".new-" + NewUuid()), bytes, /*like=*/registry_);
  if (problem.error == 0) return arrow::Status::OK();
  return Failure("written", folder_ / name, problem.what + ": " + std::strerror(problem.error));
}

arrow::Result<std::optional<std::string>> FileHistoryStore::Get(const std::string& name) {
  const fs::path path = folder_ / name;
  std::string bytes;
  const ReadProblem problem = ReadRegularFile(path, kBytesMax, &bytes);
  if (problem.error == ENOENT || problem.error == ENOTDIR) return std::nullopt;
  if (!problem.ok()) return Failure("read", path, problem.Reason());
  return bytes;
}

arrow::Status FileHistoryStore::Remove(const std::string& name) {
  const fs::path path = folder_ / name;
  if (unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
    return Failure("pruned", path, std::strerror(errno));
  return arrow::Status::OK();
}

}  // namespace feast
