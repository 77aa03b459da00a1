// From a path to the files behind it: one file, a folder, a glob or a hive-partitioned tree.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/filesystem/type_fwd.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/places/location.h"

namespace feast::scan {

/// Values of partition columns, in folder order. An unset value is a null.
using PartitionValues = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct SourceFile {
  std::string path;
  int64_t size = 0;
  PartitionValues partition;
};

/// The files of `location`, sorted by path. Folders are searched to any depth. Hidden names (glob.h) are passed over,
/// and nothing else is: what is no file of the source is an error that names it, here or when it is read. Folders
/// called name=value give partition values. `there` is what the file system says of `location`. IOError when there is
/// nothing.
arrow::Result<std::vector<SourceFile>> ListFiles(const Location& location, const arrow::fs::FileInfo& there);

/// Whether the name ends in .csv or .csv.gz, in whatever case.
bool IsCsvName(const std::string& path);

}  // namespace feast::scan
