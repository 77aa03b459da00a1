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

WriteProblem WriteTemporary(const fs::path& path, const fs::path& temporary, const std::string& bytes) {
  const Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) return {"creating " + temporary.string(), errno};
  struct stat old;
  if (stat(path.c_str(), &old) == 0 && fchmod(file.get(), old.st_mode & 07777) != 0) {
    return {"keeping the file's mode", errno};
  }
  return WriteWhole(file.get(), bytes);
}

}  // namespace

WriteProblem ReplaceDurably(const fs::path& path, const fs::path& temporary, const std::string& bytes) {
  WriteProblem problem = WriteTemporary(path, temporary, bytes);
  if (problem.error == 0 && rename(temporary.c_str(), path.c_str()) != 0) problem = {"renaming", errno};
  if (problem.error != 0) {
    unlink(temporary.c_str());
    return problem;
  }
  return SyncFolder(path);
}

WriteProblem SyncFolder(const fs::path& path) {
  const Descriptor folder(open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || fsync(folder.get()) != 0) return {"syncing the folder", errno};
  return {};
}

}  // namespace feast
