// The machine's own files, as data sources see them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "arrow/filesystem/localfs.h"
#include "arrow/io/interfaces.h"
#include "arrow/result.h"
#include "arrow/status.h"

namespace feast::scan {

/// Which bytes a path stood for: replacing and rewriting a file both change it.
struct LocalVersion {
  uint64_t device = 0, inode = 0;
  int64_t size = 0, changed_ns = 0;
  bool operator==(const LocalVersion&) const = default;
};

/// Sees one version of each file that it opens, or gives an error (cloud/place_error.h). Errors say what the operating
/// system says. Only ordinary files are read. Thread-safe.
class LocalFiles : public arrow::fs::LocalFileSystem {
 public:
  using arrow::fs::LocalFileSystem::GetFileInfo;
  using arrow::fs::LocalFileSystem::OpenInputFile;
  using arrow::fs::LocalFileSystem::OpenInputStream;
  arrow::Result<arrow::fs::FileInfo> GetFileInfo(const std::string& path) override;
  arrow::Result<std::vector<arrow::fs::FileInfo>> GetFileInfo(const arrow::fs::FileSelector& selector) override;
  arrow::Result<std::shared_ptr<arrow::io::InputStream>> OpenInputStream(const std::string& path) override;
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInputFile(const std::string& path) override;

 private:
  std::mutex mutex_;
  std::map<std::string, LocalVersion> versions_;
};

/// The message of `status` and what the operating system said, which Arrow keeps apart: "No space left on device".
std::string MessageWithReason(const arrow::Status& status);

/// What a path is that is neither file nor folder: "a named pipe".
std::string KindOfPath(const std::string& path);

}  // namespace feast::scan
