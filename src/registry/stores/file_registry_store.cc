#include "registry/stores/file_registry_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "registry/registry_id.h"
#include "system/durable_write.h"
#include "system/file_lock.h"
#include "system/regular_file.h"

namespace feast {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kLockPatience{30000};
constexpr int kReadAttemptsMax = 20;
constexpr int kLinksMax = 40;
/// Protobuf's limit.
constexpr int64_t kRegistryBytesMax = (int64_t{2} << 30) - 1;
/// A file written less than this ago may be written again within the clock's tick, leaving size and time as they were.
constexpr int64_t kTimestampDoubtNs = 1'000'000'000;

fs::path LockPath(const fs::path& path) { return path.parent_path() / ("." + path.filename().string() + ".lock"); }
std::string TemporaryPrefix(const fs::path& path) { return "." + path.filename().string() + ".new-"; }

int64_t ModifiedNs(const struct stat& status) {
  return int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

/// What of the version can be told without reading.
/// Renaming another file over it changes the inode, writing in place the time or the size.
std::string StatToken(const struct stat& status) {
  return std::to_string(status.st_ino) + "-" + std::to_string(ModifiedNs(status)) + "-" +
         std::to_string(status.st_size) + "-";
}

std::string VersionToken(const struct stat& status, const std::string& bytes) {
  return StatToken(status) + std::to_string(std::hash<std::string_view>{}(bytes));
}

arrow::Status ReadFailure(const fs::path& path, const std::string& reason) {
  return arrow::Status::IOError(
      "Cannot read the registry: ", reason,
      ". Check `registry` in feature_store.yaml and the file's permissions. Registry: ", path.string());
}

arrow::Status WriteFailure(const fs::path& path, const std::string& what, int error) {
  return arrow::Status::IOError("Cannot write the registry (", what, ": ", std::strerror(error),
                                "); it was left as it is. Applying needs write permission on the folder ",
                                path.parent_path().string(), ". Registry: ", path.string());
}

/// What a symbolic link leads to, whether or not there is a file at its end.
fs::path BehindLinks(fs::path path) {
  std::error_code error;
  for (int i = 0; i < kLinksMax && fs::is_symlink(path, error); ++i) {
    path = path.parent_path() / fs::read_symlink(path, error);
  }
  return path;
}

/// Temporary files are made under the lock only, so under the lock all that are there were left by writers that died.
void RemoveStrayTemporaries(const fs::path& path) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path.parent_path(), ignored)) {
    if (entry.path().filename().string().starts_with(TemporaryPrefix(path))) fs::remove(entry.path(), ignored);
  }
}

}  // namespace

FileRegistryStore::FileRegistryStore(const fs::path& path) {
  // Through a symbolic link the file it leads to is replaced, not the link; and the folder needs a name of its own.
  std::error_code error;
  path_ = fs::weakly_canonical(BehindLinks(fs::absolute(path)), error);
  if (error) path_ = fs::absolute(path);
}

arrow::Result<RegistryBytes> FileRegistryStore::Load() {
  RegistryBytes loaded;
  for (int attempt = 0; attempt < kReadAttemptsMax; ++attempt) {
    struct stat before, after;
    const ReadProblem problem = ReadRegularFile(path_, kRegistryBytesMax, &loaded.bytes, &before, &after);
    if (problem.error == ENOENT) return RegistryBytes{};
    if (!problem.ok()) return ReadFailure(path_, problem.Reason());
    // Our writers never change a file in place, others (Feast itself) do: then read again.
    if (StatToken(before) != StatToken(after)) continue;
    loaded.exists = true;
    loaded.version = VersionToken(after, loaded.bytes);
    return loaded;
  }
  return arrow::Status::IOError("The registry kept changing while it was read. Try again. Registry: ", path_.string());
}

arrow::Result<RegistryBytes> FileRegistryStore::LoadIfChanged(const std::string& known_version) {
  struct stat status;
  if (!known_version.empty() && stat(path_.c_str(), &status) == 0 && known_version.starts_with(StatToken(status))) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const int64_t age_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() - ModifiedNs(status);
    if (age_ns > kTimestampDoubtNs) return RegistryBytes{true, {}, known_version};
  }
  ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, Load());
  if (loaded.exists && loaded.version == known_version) loaded.bytes.clear();
  return loaded;
}

// The steps of a commit, and what a crash between two of them leaves:
// 1. Take the lock, which no other writer of ours then holds; the system gives it back when this process ends, however
//    it ends. The lock file stays.
// 2. Remove what writers that died left: under the lock, no other temporary file can be in use.
// 3. Compare the version. Feast writes without the lock, so this is as near to the rename as it can be.
// 4. Write and sync a temporary file, rename it over the registry, sync the folder: ReplaceDurably. A crash leaves a
//    temporary file for the next writer to remove, and the old registry or the new one, never a part.
arrow::Result<CommitResult> FileRegistryStore::Commit(const std::string& bytes, const std::string& expected_version) {
  std::error_code error;
  fs::create_directories(path_.parent_path(), error);
  if (error) return WriteFailure(path_, "creating the folder", error.value());
  if (access(path_.parent_path().c_str(), W_OK) != 0) return WriteFailure(path_, "opening the folder", errno);
  ARROW_ASSIGN_OR_RAISE(const FileLock lock, FileLock::Acquire(LockPath(path_), kLockPatience));
  RemoveStrayTemporaries(path_);
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, Load());
  // The hash of the bytes is part of it, so that not even a rewrite within the clock's tick goes unnoticed.
  if (current.version != expected_version) return CommitResult{CommitOutcome::kConflict, {}};

  const fs::path temporary = path_.parent_path() / (TemporaryPrefix(path_) + NewUuid());
  struct stat written;
  const WriteProblem problem = ReplaceDurably(path_, temporary, bytes, /*like=*/path_, &written);
  // Once it is renamed, everyone sees it: that is a commit, even on a disk that will not say that it keeps it.
  if (problem.error != 0 && !problem.replaced) return WriteFailure(path_, problem.what, problem.error);
  // Not the status of what is there now, which Feast, who takes no lock, may have replaced already.
  return CommitResult{CommitOutcome::kCommitted, VersionToken(written, bytes)};
}

arrow::Result<CommitOutcome> FileRegistryStore::Remove(const std::string& expected_version) {
  if (!fs::exists(path_.parent_path())) return CommitOutcome::kCommitted;
  struct stat status;
  if (lstat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return ReadFailure(path_, "it " + IrregularKind(status.st_mode));
  }
  if (access(path_.parent_path().c_str(), W_OK) != 0) return WriteFailure(path_, "opening the folder", errno);
  ARROW_ASSIGN_OR_RAISE(const FileLock lock, FileLock::Acquire(LockPath(path_), kLockPatience));
  RemoveStrayTemporaries(path_);
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, Load());
  if (current.exists && current.version != expected_version) return CommitOutcome::kConflict;
  if (unlink(path_.c_str()) != 0 && errno != ENOENT) return WriteFailure(path_, "removing", errno);
  // The lock is still held. Who waits for it finds afterwards that its file has gone from the path, and takes a new one
  // (file_lock.cc).
  unlink(LockPath(path_).c_str());
  const WriteProblem problem = SyncFolder(path_);
  if (problem.error != 0) return WriteFailure(path_, problem.what, problem.error);
  return CommitOutcome::kCommitted;
}

}  // namespace feast
