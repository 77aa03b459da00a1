#include "offline/file/view_source.h"

#include <algorithm>
#include <set>

#include "arrow/type.h"
#include "feast/errors.h"

namespace feast {
namespace {

bool SameFiles(const FileSource& a, const FileSource& b) {
  return a.path == b.path && a.format == b.format && a.s3_endpoint_override == b.s3_endpoint_override &&
         a.tags == b.tags;
}

/// What is read as for this view where files do not say it: what it declares.
scan::DeclaredTypes DeclaredTypesOf(const ViewRequest& view) {
  scan::DeclaredTypes types{.columns = {}, .guess_others = false, .values = std::set<std::string>()};
  // The join compares nanoseconds.
  const auto moments = arrow::timestamp(arrow::TimeUnit::NANO, "UTC");
  types.columns[view.timestamp_column] = moments;
  if (!view.created_column.empty()) types.columns[view.created_column] = moments;
  const auto add = [&](const std::string& column, const Type& type) {
    types.columns.try_emplace(column, type.ToArrow().ValueOr(nullptr));
  };
  for (const JoinKeyColumn& key : view.join_keys) add(key.source_column, key.type);
  for (const FeatureColumn& feature : view.features) {
    add(feature.source_column, feature.type);
    types.values->insert(feature.source_column);
  }
  return types;
}

/// Whether no column is declared to be two things.
bool Agree(const scan::DeclaredTypes& a, const scan::DeclaredTypes& b) {
  return std::ranges::all_of(a.columns, [&](const auto& column) {
    const auto other = b.columns.find(column.first);
    if (other == b.columns.end()) return true;
    if (column.second == nullptr || other->second == nullptr) return column.second == other->second;
    return column.second->Equals(*other->second);
  });
}

}  // namespace

arrow::Result<std::shared_ptr<const FileSource>> FilesOf(const std::shared_ptr<const DataSource>& source) {
  if (!source) return arrow::Status::Invalid("A feature view has no batch source to read history from.");
  const auto batch = BatchSourceOf(std::const_pointer_cast<DataSource>(source));
  if (!batch) {
    return arrow::Status::Invalid("A source has no batch source to read history from; give it one: '", source->name,
                                  "'");
  }
  auto files = std::dynamic_pointer_cast<const FileSource>(batch);
  if (!files) {
    return NamedError("FeastOfflineStoreUnsupportedDataSource",
                      "The file offline store reads FileSource only; '" + batch->name + "' is a " +
                          std::string(batch->class_name()) +
                          ". Set offline_store in feature_store.yaml to the store that holds it.");
  }
  return files;
}

arrow::Status CheckTimestampColumn(const scan::SourceReader& reader, const std::string& column) {
  const auto& type = reader.schema()->GetFieldByName(column)->type();
  const arrow::Type::type id = type->id();
  if (id == arrow::Type::TIMESTAMP || id == arrow::Type::DATE32 || id == arrow::Type::DATE64)
    return arrow::Status::OK();
  return arrow::Status::TypeError("Column '", column, "' of '", reader.uri(),
                                  "' must hold timestamps or dates, and holds ", type->ToString(),
                                  ". Name another timestamp field, or write the column as timestamps.");
}

arrow::Result<std::vector<ViewSource>> ViewSource::OpenAll(const std::vector<ViewRequest>& views,
                                                           const RepoConfig& config) {
  std::vector<ViewSource> all;
  // Views of the same files read them together, unless they read text as different things.
  std::vector<scan::DeclaredTypes> types_of;
  std::vector<size_t> readers;
  for (const ViewRequest& view : views) {
    ViewSource opened;
    // Borrowed: the request outlives its sources.
    opened.view_ = &view;
    ARROW_ASSIGN_OR_RAISE(opened.files_, FilesOf(view.source));
    scan::DeclaredTypes types = DeclaredTypesOf(view);
    size_t reader = 0;
    // Compared with those that have a reader of their own, whose types take in what each view adds.
    while (reader < all.size() && (readers[reader] != reader || !SameFiles(*all[reader].files_, *opened.files_) ||
                                   !Agree(types_of[reader], types))) {
      ++reader;
    }
    readers.push_back(reader);
    if (reader < all.size()) {
      types_of[reader].columns.insert(types.columns.begin(), types.columns.end());
      types_of[reader].values->insert(types.values->begin(), types.values->end());
    }
    types_of.push_back(std::move(types));
    all.push_back(std::move(opened));
  }
  for (size_t i = 0; i < all.size(); ++i) {
    if (readers[i] != i) {
      all[i].reader_ = all[readers[i]].reader_;
    } else {
      ARROW_ASSIGN_OR_RAISE(all[i].reader_, scan::SourceReader::Open(*all[i].files_, config, types_of[i]));
    }
    ARROW_RETURN_NOT_OK(all[i].CheckColumns());
  }
  return all;
}

arrow::Status ViewSource::CheckColumns() const {
  const std::string asked_by = "Feature view '" + view_->name + "'";
  for (const auto& columns : {join_columns(), feature_columns()}) {
    for (const std::string& column : columns) ARROW_RETURN_NOT_OK(reader_->CheckColumn(column, asked_by));
  }
  ARROW_RETURN_NOT_OK(CheckTimestampColumn(*reader_, view_->timestamp_column));
  return view_->created_column.empty() ? arrow::Status::OK() : CheckTimestampColumn(*reader_, view_->created_column);
}

const std::shared_ptr<arrow::DataType>& ViewSource::type_of(const std::string& column) const {
  return reader_->schema()->GetFieldByName(column)->type();
}

std::vector<std::string> ViewSource::join_columns() const {
  std::vector<std::string> columns;
  for (const JoinKeyColumn& key : view_->join_keys) columns.push_back(key.source_column);
  columns.push_back(view_->timestamp_column);
  if (!view_->created_column.empty()) columns.push_back(view_->created_column);
  return columns;
}

std::vector<std::string> ViewSource::feature_columns() const {
  std::vector<std::string> columns;
  for (const FeatureColumn& feature : view_->features) {
    if (std::find(columns.begin(), columns.end(), feature.source_column) == columns.end())
      columns.push_back(feature.source_column);
  }
  return columns;
}

}  // namespace feast
