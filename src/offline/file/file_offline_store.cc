// The "file" offline store: history lies in files, and joins run in this process.
#include "arrow/filesystem/filesystem.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "feast/errors.h"
#include "files/output/parquet_output.h"
#include "files/places/location.h"
#include "files/places/remote_errors.h"
#include "files/source_reader.h"
#include "offline/file/historical_query.h"
#include "offline/file/pull_query.h"
#include "offline/file/view_source.h"
#include "offline/offline_store.h"
#include "offline/source_column.h"

namespace feast {
namespace {

/// `source` without a share in it, for calls that end before the caller's does.
std::shared_ptr<const DataSource> Borrow(const DataSource& source) {
  return std::shared_ptr<const DataSource>(std::shared_ptr<void>(), &source);
}

int64_t Nanoseconds(Timestamp moment) { return moment.time_since_epoch().count(); }

class FileOfflineStore : public OfflineStore {
 public:
  explicit FileOfflineStore(RepoConfig config) : config_(std::move(config)) {}

  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source) override {
    ARROW_ASSIGN_OR_RAISE(const auto files, FilesOf(Borrow(source)));
    ARROW_ASSIGN_OR_RAISE(const auto source_schema, scan::SourceReader::ReadSchema(*files, config_));
    arrow::FieldVector fields = source_schema->columns->fields();
    for (auto& field : fields) {
      const auto why = source_schema->unreadable.find(field->name());
      const auto because = source_schema->because.find(field->name());
      if (why != source_schema->unreadable.end()) {
        field = UnreadableColumn(*field, why->second);
      } else if (source_schema->is_text) {
        field = GuessedColumn(*field, because == source_schema->because.end() ? "" : because->second);
      }
    }
    return arrow::schema(std::move(fields));
  }

  arrow::Result<std::shared_ptr<HistoricalQuery>> GetHistoricalFeatures(const ResolvedRequest& request) override {
    if (std::holds_alternative<EntityQuery>(request.entity_rows)) {
      return arrow::Status::Invalid(
          "The entity rows are an SQL query, and this offline store has no database to run it in: queries go with "
          "warehouses (Snowflake, BigQuery, Redshift, …) and stores of one's own. Give a DataFrame, an Arrow table or "
          "the path of a file here: ",
          std::get<EntityQuery>(request.entity_rows).sql.substr(0, 200));
    }
    for (const ViewRequest& view : request.views) ARROW_RETURN_NOT_OK(FilesOf(view.source).status());
    return std::make_shared<FileHistoricalQuery>(request, config_);
  }

  arrow::Result<std::shared_ptr<HistoricalQuery>> PullAll(const DataSource& source,
                                                          const std::vector<std::string>& columns,
                                                          const std::string& timestamp_column,
                                                          std::optional<Timestamp> start,
                                                          std::optional<Timestamp> end) override {
    ARROW_ASSIGN_OR_RAISE(const auto files, FilesOf(Borrow(source)));
    TimeWindow window;
    if (start) window.start_ns = Nanoseconds(*start);
    if (end) window.end_ns = Nanoseconds(*end);
    // The query outlives this call, and the caller's source need not.
    return std::make_shared<FilePullQuery>(std::make_shared<FileSource>(*files), columns, timestamp_column, window,
                                           config_);
  }

  arrow::Status Write(arrow::RecordBatchReader& rows, const DataSource& storage, bool allow_overwrite) override {
    ARROW_ASSIGN_OR_RAISE(const auto files, FilesOf(Borrow(storage)));
    if (files->format && *files->format != FileFormat::kParquet) {
      return arrow::Status::NotImplemented("Rows are written as Parquet only; drop the file format of '", files->path,
                                           "'.");
    }
    ARROW_ASSIGN_OR_RAISE(const auto location,
                          scan::OpenLocation(config_.Resolve(files->path), files->s3_endpoint_override));
    const auto there = location.file_system->GetFileInfo(location.path);
    ARROW_RETURN_NOT_OK(scan::Explained(there.status(), location));
    if (there->type() != arrow::fs::FileType::NotFound && !allow_overwrite) {
      return NamedError(
          "SavedDatasetLocationAlreadyExists",
          "There is something at '" + location.Show() + "' already. Choose another path, or allow overwriting it.");
    }
    return scan::WriteParquet(rows, location).status();
  }

 private:
  RepoConfig config_;
};

}  // namespace

std::unique_ptr<OfflineStore> MakeFileOfflineStore(const RepoConfig& config) {
  return std::make_unique<FileOfflineStore>(config);
}

}  // namespace feast
