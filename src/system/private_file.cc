#include "system/private_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace feast {

namespace {

/// An errno; 0 for success.
int WriteText(int descriptor, const std::string& text) {
  for (size_t written = 0; written < text.size();) {
    const ssize_t put = write(descriptor, text.data() + written, text.size() - written);
    if (put < 0 && errno != EINTR) return errno;
    if (put > 0) written += static_cast<size_t>(put);
  }
  return 0;
}

}  // namespace

arrow::Status WritePrivateFile(const std::filesystem::path& path, const std::string& text) {
  std::error_code folder_error;
  std::filesystem::create_directories(path.parent_path(), folder_error);
  // mkstemp makes it the owner's alone.
  std::string temporary = path.string() + ".XXXXXX";
  const int descriptor = mkstemp(temporary.data());
  int error = descriptor < 0 ? errno : WriteText(descriptor, text);
  if (descriptor >= 0) {
    close(descriptor);
    if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
    if (error != 0) unlink(temporary.c_str());
  }
  return error == 0 ? arrow::Status::OK()
                    : arrow::Status::IOError("cannot write ", path.string(), ": ", std::strerror(error));
}

}  // namespace feast
