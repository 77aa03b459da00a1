#include "files/source_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "arrow/filesystem/filesystem.h"
#include "arrow/scalar.h"
#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"
#include "cloud/place_error.h"
#include "files/formats/csv/csv_file.h"
#include "files/formats/delta_log.h"
#include "files/formats/delta_schema.h"
#include "files/formats/parquet/int96_unit.h"
#include "files/formats/parquet/parquet_row_group.h"
#include "files/places/endpoint_policy.h"
#include "files/schema/partition_columns.h"
#include "parallel/parallel_for.h"
#include "text/did_you_mean.h"

namespace feast::scan {
namespace {

/// Of more files than these, what came along with their footers is not held.
constexpr size_t kEndsHeldMax = 1000;

Location At(Location location, const std::string& path) {
  location.path = path;
  return location;
}

/// What a file stores and what the names of its folders say. A column that the file stores itself is read from it.
FileColumns ColumnsOf(std::string uri, const arrow::Schema& stored, const arrow::FieldVector& partition) {
  arrow::FieldVector fields = stored.fields();
  for (const auto& field : partition) {
    if (stored.GetFieldIndex(field->name()) < 0) fields.push_back(field);
  }
  return {std::move(uri), arrow::schema(std::move(fields))};
}

arrow::Result<std::vector<std::shared_ptr<Fragment>>> Concatenated(
    std::vector<std::vector<std::shared_ptr<Fragment>>> of_files) {
  std::vector<std::shared_ptr<Fragment>> all;
  for (auto& fragments : of_files) {
    for (auto& fragment : fragments) all.push_back(std::move(fragment));
  }
  if (all.size() > INT32_MAX) return arrow::Status::CapacityError("A source has more than 2^31 row groups.");
  return all;
}

}  // namespace

arrow::Result<std::shared_ptr<SourceReader>> SourceReader::Open(const FileSource& source, const RepoConfig& config,
                                                                DeclaredTypes declared) {
  std::shared_ptr<SourceReader> reader(new SourceReader);
  reader->declared_ = std::move(declared);
  ARROW_RETURN_NOT_OK(reader->Find(source, config));
  return reader;
}

arrow::Result<std::shared_ptr<const SourceSchema>> SourceReader::ReadSchema(const FileSource& source,
                                                                            const RepoConfig& config) {
  SourceReader reader;
  reader.schema_only_ = true;
  ARROW_RETURN_NOT_OK(reader.Find(source, config));
  return reader.source_schema_;
}

arrow::Status SourceReader::Find(const FileSource& source, const RepoConfig& config) {
  if (source.path.empty()) {
    return arrow::Status::Invalid("A FileSource has no path; give it one: '", source.name, "'");
  }
  csv_options_ = CsvOptionsOf(source);
  ARROW_ASSIGN_OR_RAISE(
      location_, OpenLocation(config.Resolve(source.path), {source.s3_endpoint_override, AllowedEndpoints(config)}));
  while (location_.path.size() > 1 && location_.path.ends_with('/')) location_.path.pop_back();
  uri_ = location_.Show();
  return OpenAs(source.format);
}

arrow::Status SourceReader::OpenAs(std::optional<FileFormat> format) {
  if (format == FileFormat::kDelta) {
    ARROW_ASSIGN_OR_RAISE(const bool is_delta, IsDeltaTable(location_));
    if (is_delta) return OpenDelta();
    return arrow::Status::IOError("There is no Delta table at '", uri_,
                                  "': the folder _delta_log is missing. Check the path.");
  }
  ARROW_ASSIGN_OR_RAISE(const arrow::fs::FileInfo there, location_.file_system->GetFileInfo(location_.path));
  bool is_delta = false;
  if (!format && there.type() == arrow::fs::FileType::Directory) {
    ARROW_ASSIGN_OR_RAISE(is_delta, IsDeltaTable(location_));
  }
  return is_delta ? OpenDelta() : OpenFiles(format, there);
}

arrow::Status SourceReader::OpenDelta() {
  ARROW_ASSIGN_OR_RAISE(DeltaSnapshot snapshot, ReadDeltaLog(location_));
  const auto& schema = snapshot.schema;
  auto columns = std::make_shared<SourceSchema>();
  columns->columns = schema;
  source_schema_ = std::move(columns);
  for (DeltaSnapshot::File& file : snapshot.files) {
    SourceFileEntry entry{std::move(file.path), file.size, {}};
    for (const std::string& name : snapshot.partition_columns) {
      const auto field = schema->GetFieldByName(name);
      if (!field)
        return arrow::Status::Invalid("The Delta table '", uri_, "' has a partition column outside its schema: '", name,
                                      "'");
      ARROW_ASSIGN_OR_RAISE(entry.constants[name], ParsePartitionValue(file.partition[name], field->type()));
    }
    files_.push_back(std::move(entry));
  }
  return arrow::Status::OK();
}

arrow::Status SourceReader::OpenFiles(std::optional<FileFormat> format, const arrow::fs::FileInfo& there) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<SourceFile> files, ListFiles(location_, there));
  is_csv_ = format ? *format == FileFormat::kCsv : IsCsvName(files[0].path);
  if (is_csv_) ARROW_RETURN_NOT_OK(csv_options_.status());
  ARROW_ASSIGN_OR_RAISE(const PartitionColumns partitions, ReadPartitions(files, location_, declared_));
  for (size_t file = 0; file < files.size(); ++file) {
    SourceFileEntry entry{files[file].path, files[file].size, {}};
    for (size_t i = 0; i < partitions.fields.size(); ++i) {
      entry.constants[partitions.fields[i]->name()] = partitions.values[file][i];
    }
    files_.push_back(std::move(entry));
  }
  ARROW_RETURN_NOT_OK(ReadColumns());
  ARROW_RETURN_NOT_OK(ChooseInt96Units());
  std::vector<FileColumns> columns;
  for (size_t i = 0; i < files_.size(); ++i) {
    columns.push_back(ColumnsOf(At(location_, files_[i].path).Show(), *columns_[i], partitions.fields));
  }
  source_schema_ = UniteSchemas(columns, is_csv_);
  if (schema_only_) {
    auto explained = std::make_shared<SourceSchema>(*source_schema_);
    if (is_csv_) explained->against = CellsAgainstTypes();
    for (const auto& guessed : partitions.against) {
      const auto stores_it = [&](const auto& stored) { return stored->GetFieldIndex(guessed.first) >= 0; };
      if (std::ranges::none_of(columns_, stores_it)) explained->against.insert(guessed);
    }
    source_schema_ = std::move(explained);
  }
  return arrow::Status::OK();
}

std::map<std::string, std::map<std::string, std::string>> SourceReader::CellsAgainstTypes() const {
  std::map<std::string, std::map<std::string, std::string>> against;
  for (size_t i = 0; i < files_.size(); ++i) {
    for (const auto& field : columns_[i]->fields()) {
      if (!field->metadata()) continue;
      for (const auto& [type, cell] : field->metadata()->sorted_pairs()) {
        against[field->name()].try_emplace(type, cell + " in '" + At(location_, files_[i].path).Show() + "'");
      }
    }
  }
  return against;
}

arrow::Status SourceReader::ReadColumns() {
  columns_.resize(files_.size());
  parquet_.resize(files_.size());
  return ParallelFor(WorkerCount(), static_cast<int64_t>(files_.size()), [&](int, int64_t i) -> arrow::Status {
    const Location location = At(location_, files_[i].path);
    if (is_csv_) return CsvSchema(location, *csv_options_, declared_).Value(&columns_[i]);
    ARROW_ASSIGN_OR_RAISE(ParquetFile parquet, OpenParquetFile(location, files_[i].size));
    columns_[i] = parquet.schema;
    if (parquet.remote && files_.size() > kEndsHeldMax) parquet.remote->TrimEnd(0);
    if (!schema_only_) parquet_[i] = std::move(parquet);
    return arrow::Status::OK();
  });
}

arrow::Status SourceReader::ChooseInt96Units() {
  std::set<std::string> columns;
  for (const auto& file : parquet_) {
    if (file) columns.merge(ColumnsThatMayNeedNanoseconds(*file));
  }
  for (const std::string& column : columns) {
    if (!declared_.values || declared_.values->contains(column)) ARROW_RETURN_NOT_OK(ChooseInt96Unit(column));
  }
  return arrow::Status::OK();
}

arrow::Status SourceReader::ChooseInt96Unit(const std::string& column) {
  std::vector<size_t> files;
  for (size_t i = 0; i < parquet_.size(); ++i) {
    if (parquet_[i] && ColumnsThatMayNeedNanoseconds(*parquet_[i]).contains(column)) files.push_back(i);
  }
  std::vector<Int96Need> needs(files.size());
  ARROW_RETURN_NOT_OK(ParallelFor(WorkerCount(), static_cast<int64_t>(files.size()), [&](int, int64_t i) {
    const arrow::Status status = FindInt96Need(*parquet_[files[i]], column).Value(&needs[i]);
    return status.ok() || PlaceTroubleOf(status)
               ? status
               : status.WithMessage("Cannot read '", At(location_, files_[files[i]].path).Show(),
                                    "': ", status.message());
  }));
  const bool is_finer = std::ranges::any_of(needs, &Int96Need::finer);
  // Where nothing holds all values, the one that a read meets is named.
  if (!is_finer || std::ranges::any_of(needs, &Int96Need::beyond)) return arrow::Status::OK();
  for (const size_t i : files) {
    ARROW_ASSIGN_OR_RAISE(const auto field, FieldInNanoseconds(*parquet_[i], column));
    ARROW_ASSIGN_OR_RAISE(columns_[i], columns_[i]->SetField(columns_[i]->GetFieldIndex(column), field));
    parquet_[i]->schema = columns_[i];
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<std::shared_ptr<Fragment>>> SourceReader::FragmentsOf(size_t file) {
  const SourceFileEntry& entry = files_[file];
  const Location location = At(location_, entry.path);
  auto shared = std::make_shared<FragmentFile>();
  shared->uri = location.Show();
  shared->source = source_schema_;
  shared->constants = entry.constants;
  if (is_csv_) {
    arrow::FieldVector fields = columns_[file]->fields();
    for (auto& field : fields) {
      const auto& type = schema()->GetFieldByName(field->name())->type();
      // What is text in another file is read as it is written here too.
      field = arrow::field(field->name(), type->id() == arrow::Type::STRING ? type : field->type());
    }
    shared->file_schema = arrow::schema(std::move(fields));
    return std::vector<std::shared_ptr<Fragment>>{CsvFragment(location, entry.size, *csv_options_, shared)};
  }
  ParquetFile parquet;
  if (file < parquet_.size() && parquet_[file]) {
    parquet = std::move(*parquet_[file]);
  } else {
    ARROW_ASSIGN_OR_RAISE(parquet, OpenParquetFile(location, entry.size));
    if (parquet.remote && files_.size() > kEndsHeldMax) parquet.remote->TrimEnd(0);
  }
  shared->file_schema = parquet.schema;
  return ParquetFragments(parquet, shared);
}

arrow::Result<std::vector<std::shared_ptr<Fragment>>> SourceReader::Fragments() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!fragments_) {
    std::vector<std::vector<std::shared_ptr<Fragment>>> of_files(files_.size());
    const auto status = ParallelFor(WorkerCount(), static_cast<int64_t>(files_.size()),
                                    [&](int, int64_t i) { return FragmentsOf(i).Value(&of_files[i]); });
    ARROW_RETURN_NOT_OK(status);
    parquet_.clear();
    ARROW_ASSIGN_OR_RAISE(fragments_, Concatenated(std::move(of_files)));
  }
  return *fragments_;
}

arrow::Status SourceReader::CheckColumn(const std::string& column, const std::string& asked_by) const {
  const auto why = source_schema_->unreadable.find(column);
  if (why != source_schema_->unreadable.end()) return arrow::Status::TypeError(why->second);
  if (schema()->GetFieldIndex(column) >= 0) return arrow::Status::OK();
  std::string present;
  for (const std::string& name : schema()->field_names()) present += (present.empty() ? "" : ", ") + name;
  return arrow::Status::KeyError(asked_by, " needs a column that '", uri_, "' does not have: '", column, "'.",
                                 DidYouMean(column, schema()->field_names()), " It has: ", present, ".");
}

}  // namespace feast::scan
