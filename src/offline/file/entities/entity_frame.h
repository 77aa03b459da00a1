// The entity rows of a request in memory: the caller's columns, the event timestamp in UTC.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/data_source.h"
#include "feast/repo_config.h"

namespace feast {

/// What the event timestamp of entity rows is called unless they say otherwise.
inline constexpr const char* kEntityTimestamp = "event_timestamp";

class EntityFrame {
 public:
  /// Takes `rows` as they are but for the timestamp column, which becomes a timestamp in UTC of its own unit; dates
  /// become timestamps, texts are parsed. `timestamp_column` "" means event_timestamp or the only timestamp column
  /// there is. Naive times are UTC, and stay naive when the configuration says `coerce_tz_aware: false`. Dictionary
  /// columns are kept.
  static arrow::Result<EntityFrame> Make(std::shared_ptr<arrow::Table> rows, std::string timestamp_column,
                                         const RepoConfig& config);
  /// Rows [first, first + count), as far as there are any.
  EntityFrame Slice(int64_t first, int64_t count) const;

  const std::shared_ptr<arrow::Table>& table() const { return table_; }
  const std::string& timestamp_column() const { return timestamp_column_; }
  std::shared_ptr<arrow::ChunkedArray> timestamps() const;
  /// KeyError, naming the column and those present, when the rows lack it.
  arrow::Result<std::shared_ptr<arrow::ChunkedArray>> KeyColumn(const std::string& name, const std::string& view) const;

 private:
  std::shared_ptr<arrow::Table> table_;
  std::string timestamp_column_;
};

/// The file, folder or URI that entity rows are given by.
FileSource EntitySource(const std::string& path);

}  // namespace feast
