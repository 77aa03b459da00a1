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
#include "files/formats/csv/csv_options.h"
#include "files/formats/parquet/parquet_file.h"
#include "files/fragment.h"
#include "files/places/file_listing.h"
#include "files/places/location.h"
#include "files/schema/declared_types.h"
#include "files/schema/source_schema.h"

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
  /// Finds the files and reads what columns each of them has, on several threads: UniteSchemas makes the source's of
  /// them, with the partition columns; a Delta table's are those in its log. A file that lacks a column gives nulls.
  /// Errors name the path: IOError when nothing is there, Invalid when it cannot be understood, NotImplemented for
  /// Delta features that are missing here. `declared` is for what files do not say.
  static arrow::Result<std::shared_ptr<SourceReader>> Open(const FileSource& source, const RepoConfig& config,
                                                           DeclaredTypes declared = {});
  /// Just the columns, for which no file is kept open.
  static arrow::Result<std::shared_ptr<const SourceSchema>> ReadSchema(const FileSource& source,
                                                                       const RepoConfig& config);

  /// For messages.
  const std::string& uri() const { return uri_; }
  const std::shared_ptr<arrow::Schema>& schema() const { return source_schema_->columns; }
  /// Every piece of the source that has rows, in file and row order.
  arrow::Result<std::vector<std::shared_ptr<Fragment>>> Fragments();

  /// KeyError, naming the column, those present and what asked for it, unless the source has it; TypeError when its
  /// files do not agree on it.
  arrow::Status CheckColumn(const std::string& column, const std::string& asked_by) const;

 private:
  SourceReader() = default;

  arrow::Status Find(const FileSource& source, const RepoConfig& config);
  arrow::Status OpenAs(std::optional<FileFormat> format);
  arrow::Status OpenDelta();
  arrow::Status OpenFiles(std::optional<FileFormat> format, const arrow::fs::FileInfo& there);
  arrow::Status ReadColumns();
  arrow::Status ChooseInt96Units();
  arrow::Status ChooseInt96Unit(const std::string& column);
  std::map<std::string, std::map<std::string, std::string>> CellsAgainstTypes() const;
  arrow::Result<std::vector<std::shared_ptr<Fragment>>> FragmentsOf(size_t file);

  std::string uri_;
  Location location_;
  bool is_csv_ = false, schema_only_ = false;
  DeclaredTypes declared_;
  arrow::Result<CsvOptions> csv_options_ = CsvOptions();
  std::shared_ptr<const SourceSchema> source_schema_;
  std::vector<SourceFileEntry> files_;
  /// Each file's columns, and each Parquet file whose footer was read for them, until fragments are made of it.
  std::vector<std::shared_ptr<arrow::Schema>> columns_;
  std::vector<std::optional<ParquetFile>> parquet_;
  std::mutex mutex_;
  std::optional<std::vector<std::shared_ptr<Fragment>>> fragments_;
};

}  // namespace feast::scan
