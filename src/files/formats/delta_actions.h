// The actions of a Delta log, applied one after the other.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arrow/status.h"
#include "arrow/type_fwd.h"

namespace feast::scan {

/// A table's state after the actions applied so far. Actions come in the log's order; those of a checkpoint first.
class DeltaState {
 public:
  /// A file with one of its deletion vectors is another file than without: one commit may remove the one and add the
  /// other.
  struct FileKey {
    /// As written in the log.
    std::string path;
    /// "" for none.
    std::string deletion_vector;
    auto operator<=>(const FileKey&) const = default;
  };
  struct AddedFile {
    int64_t size = 0;
    std::map<std::string, std::optional<std::string>> partition;
  };

  /// One line of a commit. Actions unknown to this reader change nothing it needs.
  arrow::Status ApplyLine(const std::string& line);
  /// A whole checkpoint file.
  arrow::Status ApplyCheckpoint(const arrow::Table& checkpoint);

  /// NotImplemented when reading the state needs a feature that is not there.
  arrow::Status CheckReadable() const;

  const std::map<FileKey, AddedFile>& files() const { return files_; }
  const std::string& schema_string() const { return schema_string_; }
  const std::vector<std::string>& partition_columns() const { return partition_columns_; }

 private:
  std::map<FileKey, AddedFile> files_;
  std::string schema_string_;
  std::vector<std::string> partition_columns_;
  std::map<std::string, std::string> configuration_;
  int64_t min_reader_version_ = 1;
  std::set<std::string> reader_features_;
};

}  // namespace feast::scan
