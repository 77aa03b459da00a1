// A bucket as a file system: what reads and writes files asks Arrow's interface, whatever the place.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "arrow/filesystem/filesystem.h"
#include "cloud/object_bucket.h"
#include "files/places/object_file.h"

namespace feast::scan {

/// Paths are "bucket/key"; keys may hold any character, empty names between slashes too. There are folders as far as
/// there are objects in them. Files are objects read as object_file.h says, one version of each however often it is
/// opened, and written as object_output.h says.
/// Thread-safe. What data sources and results do not need is NotImplemented.
class ObjectFileSystem : public arrow::fs::FileSystem {
 public:
  ObjectFileSystem(std::string type_name, std::string bucket_name, std::shared_ptr<ObjectBucket> bucket);

  std::string type_name() const override { return type_name_; }
  bool Equals(const arrow::fs::FileSystem& other) const override { return this == &other; }

  using arrow::fs::FileSystem::GetFileInfo;
  using arrow::fs::FileSystem::OpenInputFile;
  using arrow::fs::FileSystem::OpenInputStream;
  arrow::Result<arrow::fs::FileInfo> GetFileInfo(const std::string& path) override;
  arrow::Result<std::vector<arrow::fs::FileInfo>> GetFileInfo(const arrow::fs::FileSelector& selector) override;
  arrow::Result<std::shared_ptr<arrow::io::InputStream>> OpenInputStream(const std::string& path) override;
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInputFile(const std::string& path) override;
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInputFile(const arrow::fs::FileInfo& info) override;
  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenOutputStream(
      const std::string& path, const std::shared_ptr<const arrow::KeyValueMetadata>& metadata) override;
  arrow::Status DeleteFile(const std::string& path) override;

  arrow::Status CreateDir(const std::string& path, bool recursive) override;
  arrow::Status DeleteDir(const std::string& path) override;
  arrow::Status DeleteDirContents(const std::string& path, bool missing_dir_ok) override;
  arrow::Status DeleteRootDirContents() override;
  arrow::Status Move(const std::string& from, const std::string& to) override;
  arrow::Status CopyFile(const std::string& from, const std::string& to) override;
  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenAppendStream(
      const std::string& path, const std::shared_ptr<const arrow::KeyValueMetadata>& metadata) override;

 private:
  /// Invalid for a path in another bucket.
  arrow::Result<std::string> Key(const std::string& path) const;
  std::string Path(const std::string& key) const { return bucket_name_ + "/" + key; }
  arrow::Result<arrow::fs::FileInfo> BucketInfo(const std::string& path);

  const std::string type_name_, bucket_name_;
  /// The version that was opened before, else `now`, which may be null.
  std::shared_ptr<ObjectVersion> Pinned(const std::string& key, std::shared_ptr<ObjectVersion> now);

  const std::shared_ptr<ObjectBucket> bucket_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<ObjectVersion>> versions_;
};

}  // namespace feast::scan
