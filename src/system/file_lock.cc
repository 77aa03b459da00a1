#include "system/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <thread>

namespace feast {

namespace {

/// False when the path no longer leads to the locked file: its last holder removed it.
bool IsStillThere(int descriptor, const std::filesystem::path& path) {
  struct stat ours, theirs;
  return fstat(descriptor, &ours) == 0 && lstat(path.c_str(), &theirs) == 0 && ours.st_ino == theirs.st_ino &&
         ours.st_dev == theirs.st_dev;
}

/// Never through a symbolic link: in a folder that others write to, it could lead anywhere. -1 with errno set.
int OpenLockFile(const std::filesystem::path& path) {
  constexpr int kFlags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  int descriptor = open(path.c_str(), O_RDWR | O_CREAT | kFlags, 0666);
  // Another user's lock file can still be locked where it can be read.
  if (descriptor < 0 && errno == EACCES) descriptor = open(path.c_str(), O_RDONLY | kFlags);
  return descriptor;
}

}  // namespace

arrow::Result<FileLock> FileLock::Acquire(const std::filesystem::path& path, std::chrono::milliseconds patience,
                                          const CallContext& context) {
  std::minstd_rand random(std::random_device{}());
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    const int descriptor = OpenLockFile(path);
    if (descriptor < 0 && errno == ELOOP) {
      return arrow::Status::IOError("The lock file ", path.string(),
                                    " is a symbolic link, which is not followed: whoever made it may mean another's "
                                    "file. Remove it");
    }
    if (descriptor < 0) {
      return arrow::Status::IOError("Cannot open the lock file ", path.string(), ": ", std::strerror(errno));
    }
    FileLock lock(descriptor);
    while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) {
        return arrow::Status::IOError("Cannot lock ", path.string(), ": ", std::strerror(errno));
      }
      if (std::chrono::steady_clock::now() > deadline) {
        return arrow::Status::IOError("Another process has held the lock ", path.string(), " for ", patience.count(),
                                      " ms. See whether a stopped or hanging command holds it");
      }
      ARROW_RETURN_NOT_OK(context.Check());
      std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(200, 4000)(random)));
    }
    if (IsStillThere(descriptor, path)) return lock;
  }
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace feast
