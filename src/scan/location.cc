#include "scan/location.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "arrow/filesystem/filesystem.h"
#include "arrow/filesystem/localfs.h"
#include "arrow/util/config.h"
#include "arrow/util/uri.h"

namespace feast::scan {
namespace {

/// libarrow_s3 lies beside the library that holds Arrow's file systems. It registers itself when it is loaded.
arrow::Status LoadS3Library() {
  static const arrow::Status loaded = [] {
    Dl_info info;
    if (!dladdr(reinterpret_cast<const void*>(&arrow::fs::LoadFileSystemFactories), &info)) {
      return arrow::Status::IOError("Arrow's libraries cannot be found, so its S3 library cannot be loaded.");
    }
    const std::filesystem::path library =
        std::filesystem::path(info.dli_fname).parent_path() / ("libarrow_s3.so." ARROW_SO_VERSION);
    // An Arrow without this file has S3 built in.
    if (!std::filesystem::exists(library)) return arrow::Status::OK();
    return arrow::fs::LoadFileSystemFactories(library.c_str());
  }();
  return loaded;
}

/// Ends the library's threads before the process tears down what they use. To be called when S3 runs already: what
/// was made last ends first.
void FinalizeAtExit() { [[maybe_unused]] static const int registered = std::atexit(arrow::fs::EnsureFinalized); }

/// What an s3:// URI needs behind its bucket to reach another server.
std::string EndpointQuery(std::string_view endpoint) {
  std::string scheme = "https";
  if (const size_t end = endpoint.find("://"); end != std::string_view::npos) {
    scheme = endpoint.substr(0, end);
    endpoint.remove_prefix(end + 3);
  }
  while (endpoint.ends_with('/')) endpoint.remove_suffix(1);
  return "scheme=" + scheme + "&endpoint_override=" + arrow::util::UriEscape(endpoint);
}

/// Object stores: the file system comes from the bucket alone, so that keys may hold any character.
arrow::Result<Location> OpenBucket(std::string_view scheme, std::string_view rest, const std::string& query) {
  std::string parameters;
  if (const size_t mark = rest.find('?');
      mark != std::string_view::npos && rest.find('=', mark) != std::string_view::npos) {
    parameters = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (!query.empty()) parameters += (parameters.empty() ? "" : "&") + query;
  const std::string_view bucket = rest.substr(0, rest.find('/'));
  std::string uri = std::string(scheme) + "://" + std::string(bucket);
  if (!parameters.empty()) uri += "?" + parameters;
  Location location;
  ARROW_ASSIGN_OR_RAISE(location.file_system, arrow::fs::FileSystemFromUri(uri));
  location.path = rest.substr(rest.find('@') == std::string_view::npos ? 0 : rest.find('@') + 1);
  location.prefix = std::string(scheme) + "://";
  return location;
}

arrow::Result<Location> OpenUri(const std::string& uri, std::string_view scheme, const std::string& s3_endpoint) {
  const std::string_view rest = std::string_view(uri).substr(scheme.size() + 3);
  if (scheme == "s3") {
    ARROW_RETURN_NOT_OK(LoadS3Library());
    auto opened = OpenBucket(scheme, rest, s3_endpoint.empty() ? "" : EndpointQuery(s3_endpoint));
    FinalizeAtExit();
    return opened;
  }
  if (scheme == "gs" || scheme == "gcs") return OpenBucket(scheme, rest, "");
  Location location;
  ARROW_ASSIGN_OR_RAISE(location.file_system, arrow::fs::FileSystemFromUri(uri, &location.path));
  if (scheme != "file") location.prefix = std::string(scheme) + "://";
  return location;
}

}  // namespace

arrow::Result<Location> OpenLocation(const std::string& path_or_uri, const std::string& s3_endpoint_override) {
  const size_t end = path_or_uri.find("://");
  if (end == std::string::npos) {
    return Location{std::make_shared<arrow::fs::LocalFileSystem>(), path_or_uri, ""};
  }
  auto opened = OpenUri(path_or_uri, std::string_view(path_or_uri).substr(0, end), s3_endpoint_override);
  if (opened.ok()) return opened;
  const arrow::Status& status = opened.status();
  return status.WithMessage("Cannot open the file system of '", path_or_uri, "': ", status.message(),
                            " Check the URI, and that credentials for it are in the environment.");
}

}  // namespace feast::scan
