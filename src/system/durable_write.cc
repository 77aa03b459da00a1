#include "system/durable_write.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "system/descriptor.h"

namespace feast {

namespace fs = std::filesystem;

namespace {

WriteProblem WriteWhole(int descriptor, const std::string& bytes) {
  size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t put = write(descriptor, bytes.data() + written, bytes.size() - written);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return {"writing", errno};
    written += static_cast<size_t>(put);
  }
  if (fsync(descriptor) != 0) return {"syncing", errno};
  return {};
}

/// Before anything is in the file, so that nobody reads it whom the other file keeps out.
WriteProblem MakeAlike(int descriptor, const struct stat& like) {
  struct stat ours;
  if (fstat(descriptor, &ours) != 0) return {"looking at the new file", errno};
  if (ours.st_uid != like.st_uid && fchown(descriptor, like.st_uid, static_cast<gid_t>(-1)) != 0) {
    return {"keeping the owner, who is user " + std::to_string(like.st_uid), errno};
  }
  if (ours.st_gid != like.st_gid && fchown(descriptor, static_cast<uid_t>(-1), like.st_gid) != 0) {
    return {"keeping the group, which is " + std::to_string(like.st_gid), errno};
  }
  // After the owner, whose change clears some bits.
  if (fchmod(descriptor, like.st_mode & 07777) != 0) return {"keeping the mode", errno};
  return {};
}

WriteProblem WriteTemporary(const fs::path& temporary, const std::string& bytes, const fs::path& like) {
  struct stat model;
  const bool is_alike = stat(like.c_str(), &model) == 0;
  const Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, is_alike ? 0600 : 0666));
  if (file.get() < 0) return {"creating " + temporary.string(), errno};
  if (is_alike) {
    WriteProblem problem = MakeAlike(file.get(), model);
    if (problem.error != 0) return problem;
  }
  return WriteWhole(file.get(), bytes);
}

}  // namespace

// What a crash leaves: until the rename, the old file and perhaps the temporary one; after it, the new file, or on a
// machine that lost its power before the folder was synced the old one again. Both are whole, for the new bytes are
// synced before the rename.
WriteProblem ReplaceDurably(const fs::path& path, const fs::path& temporary, const std::string& bytes,
                            const fs::path& like, struct stat* written) {
  WriteProblem problem = WriteTemporary(temporary, bytes, like);
  if (problem.error == 0 && written != nullptr && stat(temporary.c_str(), written) != 0) problem = {"renaming", errno};
  if (problem.error == 0 && rename(temporary.c_str(), path.c_str()) != 0) problem = {"renaming", errno};
  if (problem.error != 0) {
    unlink(temporary.c_str());
    return problem;
  }
  problem = SyncFolder(path);
  problem.replaced = true;
  return problem;
}

WriteProblem SyncFolder(const fs::path& path) {
  const Descriptor folder(open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return {"opening the folder", errno};
  // Some file systems have nothing to sync there, and say so.
  if (fsync(folder.get()) != 0 && errno != EINVAL && errno != ENOTSUP) return {"syncing the folder", errno};
  return {};
}

}  // namespace feast
