// Where files are: a local path or an Arrow file-system URI (file://, s3://, gs://, abfs://, hdfs://).
#pragma once

#include <memory>
#include <string>

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
  /// The server, where it was named rather than being the cloud's own; for messages.
  std::string endpoint;

  bool is_local() const { return prefix.empty(); }
  /// For messages: `other` (or this path) as people would write it.
  std::string Show(const std::string& other) const { return prefix + other; }
  std::string Show() const { return Show(path); }
};

/// Opens the file system of an absolute local path or a URI. Looks at no file. The S3 library is loaded when the first
/// s3:// URI is met. `s3_endpoint_override` (host:port, or a URL whose scheme is then used) is for s3:// only; ""
/// for the environment's AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or Amazon's. s3://anonymous@bucket or
/// AWS_NO_SIGN_REQUEST=true, and gs://anonymous@bucket, send no credentials; nor does what goes to an emulator named by
/// STORAGE_EMULATOR_HOST.
arrow::Result<Location> OpenLocation(const std::string& path_or_uri, const std::string& s3_endpoint_override = "");

}  // namespace feast::scan
