// Where files are: a local path, an object store (s3://, gs://) or another file system that Arrow knows (abfs://,
// hdfs://).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace arrow::fs {
class FileSystem;
}

namespace feast::scan {

/// A path within a file system. Cheap to copy; the file system is thread-safe.
struct Location {
  std::shared_ptr<arrow::fs::FileSystem> file_system;
  /// As the file system takes it.
  std::string path;
  /// What a path of this file system needs in front to be a URI; "" for local paths.
  std::string prefix;

  bool is_local() const { return prefix.empty(); }
  /// S3 and Google's store, whose files are pinned by object_file_system.h.
  bool is_object_store() const { return prefix == "s3://" || prefix == "gs://"; }
  /// For messages: `other` (or this path) as people would write it.
  std::string Show(const std::string& other) const { return prefix + other; }
  std::string Show() const { return Show(path); }
};

struct LocationOptions {
  /// host:port, or a URL whose scheme is then used; for s3:// only. "": the environment's or the profile's, else
  /// Amazon's own.
  std::string s3_endpoint_override = {};
  /// Servers that the configuration allows sources to name (endpoint_policy.h), beside those of the environment.
  std::vector<std::string> allowed_endpoints = {};
};

/// Opens the file system of an absolute local path or a URI. Looks at no file and asks no server. Through one file
/// system each file is seen in one version, or an error says that it changed. s3://anonymous@bucket or
/// AWS_NO_SIGN_REQUEST=true, and gs://anonymous@bucket, send no credentials; nor does what goes to an emulator named by
/// STORAGE_EMULATOR_HOST. Invalid for what is no place for files, and for a server that only the source names.
arrow::Result<Location> OpenLocation(const std::string& path_or_uri, const LocationOptions& options = {});

}  // namespace feast::scan
