#include "system/regular_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "system/descriptor.h"

namespace feast {

std::string ReadProblem::Reason() const { return what.empty() ? std::strerror(error) : "it " + what; }

std::string IrregularKind(mode_t mode) {
  if (S_ISREG(mode)) return {};
  if (S_ISDIR(mode)) return "is a directory";
  if (S_ISFIFO(mode)) return "is a pipe";
  if (S_ISSOCK(mode)) return "is a socket";
  return "is a device";
}

ReadProblem ReadRegularFile(const std::filesystem::path& path, int64_t bytes_max, std::string* bytes,
                            struct stat* before, struct stat* after) {
  struct stat unasked;
  struct stat* const status = before == nullptr ? &unasked : before;
  bytes->clear();
  // Opening a pipe would otherwise wait for its writer, and a terminal become this process's own.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0 || fstat(file.get(), status) != 0) return {errno, {}};
  if (std::string kind = IrregularKind(status->st_mode); !kind.empty()) return {0, std::move(kind)};
  if (status->st_size > bytes_max) return {0, "has more than " + std::to_string(bytes_max) + " bytes"};
  // One more than there should be: then the end is found by the first read.
  bytes->resize(static_cast<size_t>(status->st_size) + 1);
  size_t length = 0;
  while (true) {
    if (static_cast<int64_t>(length) > bytes_max) return {0, "has more than " + std::to_string(bytes_max) + " bytes"};
    if (length == bytes->size()) bytes->resize(length * 2);
    const ssize_t got = read(file.get(), bytes->data() + length, bytes->size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {errno, {}};
    if (got == 0) break;
    length += static_cast<size_t>(got);
  }
  bytes->resize(length);
  if (after != nullptr && fstat(file.get(), after) != 0) return {errno, {}};
  return {};
}

}  // namespace feast
