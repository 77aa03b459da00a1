// A FileSource, opened: its schema and the fragments it is read by.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/data_source.h"
#include "feast/repo_config.h"
#include "files/formats/parquet/parquet_file.h"
#include "files/fragment.h"
#include "files/places/file_listing.h"
#include "files/places/location.h"

namespace feast::scan {

/// One file of a source with what is known of it before it is opened.
struct SourceFileEntry {
  std::string path;
  int64_t size = 0;
  /// See FragmentFile.
  std::map<std::string, std::shared_ptr<arrow::Scalar>> constants;
};

/// Thread-safe once opened.
class SourceReader {
 public:
  /// Finds the files and reads the schema of the first one (by path). The source's schema is that file's, then the
  /// partition columns; a Delta table's is the one in its log. Files that lack columns give nulls, files with more are
  /// read for the known ones only, and other types are cast where that loses nothing. Errors name the path: IOError
  /// when nothing is there, Invalid when it cannot be understood, NotImplemented for Delta features that are missing
  /// here.
  static arrow::Result<std::shared_ptr<SourceReader>> Open(const FileSource& source, const RepoConfig& config);

  /// For messages.
  const std::string& uri() const { return uri_; }
  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  /// Every piece of the source that has rows, in file and row order. Reads the footers of all files, the first time, on
  /// several threads.
  arrow::Result<std::vector<std::shared_ptr<Fragment>>> Fragments();

  /// KeyError, naming the column, those present and what asked for it, unless the source has it.
  arrow::Status CheckColumn(const std::string& column, const std::string& asked_by) const;

 private:
  SourceReader() = default;

  arrow::Status OpenAs(std::optional<FileFormat> format);
  arrow::Status OpenDelta();
  arrow::Status OpenFiles(std::optional<FileFormat> format, const arrow::fs::FileInfo& there);
  /// Adds partition columns to the schema.
  arrow::Status AddPartitions(const std::vector<SourceFile>& files);
  arrow::Result<std::vector<std::shared_ptr<Fragment>>> FragmentsOf(const SourceFileEntry& entry) const;

  std::string uri_;
  Location location_;
  bool is_csv_ = false;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<SourceFileEntry> files_;
  /// The first of them, whose footer was read for its schema; unset when that was not needed.
  std::optional<ParquetFile> first_;
  std::mutex mutex_;
  std::optional<std::vector<std::shared_ptr<Fragment>>> fragments_;
};

}  // namespace feast::scan
