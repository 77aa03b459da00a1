#include "offline/file/file_offline_store.h"

#include <utility>

#include "arrow/filesystem/filesystem.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "feast/errors.h"
#include "files/output/file_output.h"
#include "files/output/parquet_output.h"
#include "files/places/endpoint_policy.h"
#include "files/places/location.h"
#include "files/source_reader.h"
#include "offline/file/historical_query.h"
#include "offline/file/latest_query.h"
#include "offline/file/pull_query.h"
#include "offline/file/view_source.h"
#include "offline/source_column.h"

namespace feast {
namespace {

/// `source` without a share in it, for calls that end before the caller's does.
std::shared_ptr<const DataSource> Borrow(const DataSource& source) {
  return std::shared_ptr<const DataSource>(std::shared_ptr<void>(), &source);
}

class ParquetWriter : public RowWriter {
 public:
  explicit ParquetWriter(std::unique_ptr<scan::FileOutput> output) : output_(std::move(output)) {}

  arrow::Result<int64_t> Write(arrow::RecordBatchReader& rows, const CallContext& context) override {
    const CallScope scope(context);
    return output_->Write([&](const auto& stream) { return scan::WriteParquet(rows, stream); });
  }

 private:
  std::unique_ptr<scan::FileOutput> output_;
};

class FileOfflineStore : public OfflineStore {
 public:
  explicit FileOfflineStore(RepoConfig config) : config_(std::move(config)) {}

  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source,
                                                             const CallContext& context) override {
    ARROW_RETURN_NOT_OK(context.Check());
    ARROW_ASSIGN_OR_RAISE(const auto files, FilesOf(Borrow(source)));
    ARROW_ASSIGN_OR_RAISE(const auto source_schema, scan::SourceReader::ReadSchema(*files, config_));
    arrow::FieldVector fields = source_schema->columns->fields();
    for (auto& field : fields) {
      const auto why = source_schema->unreadable.find(field->name());
      const auto against = source_schema->against.find(field->name());
      if (why != source_schema->unreadable.end()) {
        field = UnreadableColumn(*field, why->second);
      } else if (against != source_schema->against.end()) {
        field = GuessedColumn(*field, against->second);
      } else if (source_schema->is_text) {
        field = GuessedColumn(*field, {});
      }
    }
    return arrow::schema(std::move(fields));
  }

  arrow::Result<std::shared_ptr<Query>> PointInTime(const ResolvedRequest& request) override {
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

  arrow::Result<std::shared_ptr<Query>> Pull(const PullRequest& request) override {
    ARROW_ASSIGN_OR_RAISE(const auto files, FilesOf(request.source));
    if (request.latest_of_each_key) return std::make_shared<FileLatestQuery>(request, config_);
    return std::make_shared<FilePullQuery>(files, request, config_);
  }

  arrow::Result<std::unique_ptr<RowWriter>> OpenWrite(const DataSource& storage, Overwrite overwrite,
                                                      const CallContext& context) override {
    ARROW_RETURN_NOT_OK(context.Check());
    ARROW_ASSIGN_OR_RAISE(const auto files, FilesOf(Borrow(storage)));
    if (files->format && *files->format != FileFormat::kParquet) {
      return arrow::Status::NotImplemented("Rows are written as Parquet only; drop the file format of '", files->path,
                                           "'.");
    }
    ARROW_ASSIGN_OR_RAISE(const auto location,
                          scan::OpenLocation(config_.Resolve(files->path),
                                             {files->s3_endpoint_override, scan::AllowedEndpoints(config_)}));
    const auto there = location.file_system->GetFileInfo(location.path);
    ARROW_RETURN_NOT_OK(there.status());
    if (there->type() != arrow::fs::FileType::NotFound && overwrite == Overwrite::kNo) {
      return NamedError(
          "SavedDatasetLocationAlreadyExists",
          "There is something at '" + location.Show() + "' already. Choose another path, or allow overwriting it.");
    }
    ARROW_ASSIGN_OR_RAISE(auto output, scan::FileOutput::Open(location));
    return std::make_unique<ParquetWriter>(std::move(output));
  }

 private:
  RepoConfig config_;
};

}  // namespace

arrow::Result<std::unique_ptr<OfflineStore>> MakeFileOfflineStore(const RepoConfig& config) {
  return std::make_unique<FileOfflineStore>(config);
}

}  // namespace feast
