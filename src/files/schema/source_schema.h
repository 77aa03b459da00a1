// The columns of a source of several files: by name, over all of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::scan {

/// One file's columns.
struct FileColumns {
  /// As people would write it.
  std::string uri;
  std::shared_ptr<arrow::Schema> schema;
};

/// Immutable.
struct SourceSchema {
  /// Every column that a file has, in the order in which they are met, of a type that holds all values.
  std::shared_ptr<arrow::Schema> columns;
  /// What is wrong with columns that cannot be read, by name: two files' types have none in common, or two names differ
  /// in case only.
  std::map<std::string, std::string> unreadable;
  /// By column, a file that made its type what it is.
  std::map<std::string, std::string> typed_by;
  /// Whether the files are text, whose types were declared or guessed.
  bool is_text = false;
  /// By column of such files or of folders' names, if its type is a guess, and the name of a type (bool, int64), the
  /// first cell that is no value of that type: "row 3 holds 'x' in 'a.csv'", "see 'day=x/a.parquet'".
  std::map<std::string, std::map<std::string, std::string>> against;
};

/// From the columns of all files, at least one, in the order of the source. What text files do not agree on is text.
std::shared_ptr<const SourceSchema> UniteSchemas(const std::vector<FileColumns>& files, bool are_text = false);

}  // namespace feast::scan
