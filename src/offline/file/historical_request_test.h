// For tests: requests to the file store in few words.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "feast/errors.h"
#include "files/test_files.h"
#include "offline/file/file_offline_store.h"

namespace feast {

using scan::Error;
using scan::MakeTable;
using scan::TemporaryFolder;
using scan::TextColumn;
using scan::Values;
using scan::WriteParquetTable;

inline const auto kSeconds = arrow::timestamp(arrow::TimeUnit::SECOND, "UTC");

inline std::shared_ptr<FileSource> SourceAt(const std::string& path) {
  auto source = std::make_shared<FileSource>();
  source->name = path;
  source->path = path;
  return source;
}

/// A view of `path` with key `key` (none when ""), timestamps in "t" and the features named, each under its own name.
inline ViewRequest ViewOf(const std::string& path, const std::string& key, const std::vector<std::string>& features) {
  ViewRequest view;
  view.name = "stats";
  view.source = SourceAt(path);
  if (!key.empty()) view.join_keys = {{key, key, key, Type()}};
  view.timestamp_column = "t";
  for (const std::string& feature : features) view.features.push_back({feature, feature, Type()});
  return view;
}

inline ResolvedRequest RequestFor(std::shared_ptr<arrow::Table> rows, std::vector<ViewRequest> views) {
  ResolvedRequest request;
  request.entity_rows = std::move(rows);
  request.timestamp_column = "event_timestamp";
  request.views = std::move(views);
  return request;
}

inline std::unique_ptr<OfflineStore> FileStore(const RepoConfig& config = RepoConfig()) {
  return MakeFileOfflineStore(config).ValueOrDie();
}

inline arrow::Result<std::shared_ptr<arrow::Table>> ToTable(Query& query, int64_t batch_rows = 1000) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, query.Run({.batch_rows = batch_rows}));
  return reader->ToTable();
}

inline arrow::Result<std::shared_ptr<arrow::Table>> Retrieve(const ResolvedRequest& request,
                                                             RepoConfig config = RepoConfig()) {
  ARROW_ASSIGN_OR_RAISE(const auto query, FileStore(config)->PointInTime(request));
  ARROW_ASSIGN_OR_RAISE(const auto table, ToTable(*query));
  EXPECT_TRUE(table->ValidateFull().ok()) << table->ValidateFull().ToString();
  return table;
}

}  // namespace feast
