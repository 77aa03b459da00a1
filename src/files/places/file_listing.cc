#include "files/places/file_listing.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string_view>

#include "arrow/filesystem/filesystem.h"
#include "arrow/util/uri.h"
#include "files/places/glob.h"
#include "files/places/local_files.h"
#include "system/nothing_there.h"

namespace feast::scan {
namespace {

constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

/// The part of `path` below `folder`.
std::string_view Below(std::string_view path, std::string_view folder) {
  if (path.starts_with(folder)) path.remove_prefix(folder.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

bool IsHidden(std::string_view below) {
  for (size_t start = 0; start < below.size();) {
    const size_t end = std::min(below.find('/', start), below.size());
    if (IsHiddenName(below.substr(start, end - start))) return true;
    start = end + 1;
  }
  return false;
}

/// Whether the name, in whatever case, ends in one of these.
bool EndsIn(std::string name, std::initializer_list<std::string_view> endings) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

bool IsParquetName(const std::string& path) { return EndsIn(path, {".parquet", ".pq", ".parq"}); }

/// A source has one format. Files whose names say none are read in that of the others.
arrow::Status CheckOneFormat(const std::vector<SourceFile>& files, const Location& location) {
  const auto find = [&](const auto& is_it) {
    return std::find_if(files.begin(), files.end(), [&](const SourceFile& file) { return is_it(file.path); });
  };
  const auto csv = find(IsCsvName), parquet = find(IsParquetName);
  if (csv == files.end() || parquet == files.end()) return arrow::Status::OK();
  return arrow::Status::Invalid("'", location.Show(), "' holds files of two formats, '", location.Show(csv->path),
                                "' and '", location.Show(parquet->path),
                                "'. Move one of them, or name fewer files in the path.");
}

PartitionValues ParsePartition(std::string_view below) {
  PartitionValues values;
  for (size_t slash = below.find('/'); slash != std::string_view::npos; slash = below.find('/')) {
    const std::string_view segment = below.substr(0, slash);
    below.remove_prefix(slash + 1);
    const size_t equals = segment.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const std::string value = arrow::util::UriUnescape(segment.substr(equals + 1));
    values.emplace_back(arrow::util::UriUnescape(segment.substr(0, equals)),
                        value == kNullPartition ? std::nullopt : std::optional(value));
  }
  return values;
}

arrow::Result<std::vector<SourceFile>> ListFolder(const Location& location, const std::string& folder,
                                                  const std::string& glob) {
  arrow::fs::FileSelector selector;
  selector.base_dir = folder;
  selector.recursive = true;
  selector.allow_not_found = true;
  ARROW_ASSIGN_OR_RAISE(auto infos, location.file_system->GetFileInfo(selector));
  std::vector<SourceFile> files;
  for (const arrow::fs::FileInfo& info : infos) {
    const std::string_view below = Below(info.path(), folder);
    // A glob may name hidden files and folders, and may match folders, whose files are then taken.
    bool taken = glob.empty() && !IsHidden(below);
    // The file itself, then each folder above it: the longest part that the pattern matches decides, and nothing hidden
    // may follow it.
    for (size_t end = info.path().size(); !glob.empty() && !taken && end != std::string::npos && end > folder.size();
         end = info.path().rfind('/', end - 1)) {
      taken = GlobMatches(glob, std::string_view(info.path()).substr(0, end)) && !IsHidden(info.path().substr(end));
    }
    if (!taken || info.IsDirectory()) continue;
    // A pipe or a socket in the folder. Passing it over would lose rows without a word.
    if (!info.IsFile()) {
      return arrow::Status::Invalid("'", location.Show(info.path()), "' is ", KindOfPath(info.path()),
                                    ", not a file. Take it out of the source.");
    }
    files.push_back({info.path(), info.size(), ParsePartition(below)});
  }
  return files;
}

/// IOError for a location where nothing is; tells a missing bucket from a missing object.
arrow::Status NothingThere(const Location& location) {
  if (location.is_local()) {
    return WithNothingThere(arrow::Status::IOError("There is no file or folder at '", location.Show(),
                                                   "'. Correct the path, or put the data there."));
  }
  const std::string bucket = location.path.substr(0, location.path.find('/'));
  const auto there = location.file_system->GetFileInfo(bucket);
  if (there.ok() && there->type() == arrow::fs::FileType::NotFound) {
    return WithNothingThere(arrow::Status::IOError("There is no bucket '", bucket, "', so nothing at '",
                                                   location.Show(), "'. Correct the bucket's name."));
  }
  return WithNothingThere(
      arrow::Status::IOError("There is no object or folder at '", location.Show(), "'. Correct the path."));
}

}  // namespace

bool IsCsvName(const std::string& path) { return EndsIn(path, {".csv", ".csv.gz"}); }

arrow::Result<std::vector<SourceFile>> ListFiles(const Location& location, const arrow::fs::FileInfo& there) {
  // A name that exists as it stands wins over its reading as a pattern.
  if (there.IsFile()) return std::vector<SourceFile>{{location.path, there.size(), {}}};
  std::vector<SourceFile> files;
  if (there.type() == arrow::fs::FileType::Directory) {
    ARROW_ASSIGN_OR_RAISE(files, ListFolder(location, location.path, ""));
  } else if (HasGlob(location.path)) {
    ARROW_ASSIGN_OR_RAISE(files, ListFolder(location, GlobFolder(location.path), location.path));
    if (files.empty()) {
      return WithNothingThere(arrow::Status::IOError("No file matches '", location.Show(),
                                                     "'. Check the pattern; ** stands for folders of any depth."));
    }
  } else if (there.type() == arrow::fs::FileType::Unknown) {
    return arrow::Status::Invalid("'", location.Show(), "' is ", KindOfPath(location.path),
                                  ", which can be read only once. Copy what comes from it into a file.");
  } else {
    return NothingThere(location);
  }
  if (files.empty()) {
    return WithNothingThere(arrow::Status::IOError("There are no files in the folder '", location.Show(),
                                                   "'. Put the source's files there."));
  }
  ARROW_RETURN_NOT_OK(CheckOneFormat(files, location));
  // The order numbers fragments, and so decides between rows that are equal otherwise: it must not depend on the
  // store's listing.
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

}  // namespace feast::scan
