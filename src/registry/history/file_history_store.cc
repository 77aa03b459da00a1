#include "registry/history/file_history_store.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "registry/registry_id.h"
#include "system/durable_write.h"

namespace feast {

namespace fs = std::filesystem;

namespace {

arrow::Status Failure(const char* what, const fs::path& path, int error) {
  return arrow::Status::IOError("The registry's history cannot be ", what, ": ", std::strerror(error),
                                ". Check the folder's permissions, or set history_max: 0 under `registry` to keep no "
                                "history. File: ",
                                path.string());
}

}  // namespace

arrow::Status FileHistoryStore::Put(const std::string& name, const std::string& bytes) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return Failure("written", folder_, error.value());
  const WriteProblem problem = ReplaceDurably(folder_ / name, folder_ / ("." + name + ".new-" + NewUuid()), bytes);
  return problem.error == 0 ? arrow::Status::OK() : Failure("written", folder_ / name, problem.error);
}

arrow::Result<std::optional<std::string>> FileHistoryStore::Get(const std::string& name) {
  const fs::path path = folder_ / name;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return Failure("read", path, errno);
  }
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return Failure("read", path, EIO);
  return bytes;
}

arrow::Status FileHistoryStore::Remove(const std::string& name) {
  const fs::path path = folder_ / name;
  if (unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) return Failure("pruned", path, errno);
  return arrow::Status::OK();
}

}  // namespace feast
