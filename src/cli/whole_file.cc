#include "cli/whole_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace feast::cli {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

arrow::Status Failure(const char* what, const std::string& path, int error) {
  return arrow::Status::IOError("'", path, "' cannot be ", what, ": ", std::strerror(error));
}

arrow::Status Put(const std::string& path, const std::string& bytes, const char* mode) {
  std::FILE* file = std::fopen(path.c_str(), mode);
  if (file == nullptr) return Failure("written", path, errno);
  errno = 0;
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int error = errno;
  if (std::fclose(file) != 0 || !written) return Failure("written", path, error != 0 ? error : errno);
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::string> ReadWholeFile(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return Failure("read", path, errno);
  std::string bytes;
  char block[1 << 16];
  errno = 0;
  while (const size_t got = std::fread(block, 1, sizeof(block), file.get())) bytes.append(block, got);
  if (std::ferror(file.get()) != 0) return Failure("read", path, errno);
  return bytes;
}

arrow::Status WriteWholeFile(const std::string& path, const std::string& bytes) { return Put(path, bytes, "wb"); }

arrow::Status AppendToFile(const std::string& path, const std::string& bytes) { return Put(path, bytes, "ab"); }

}  // namespace feast::cli
