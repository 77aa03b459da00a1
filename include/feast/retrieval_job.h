// The result of get_historical_features: a lazy job. Nothing is read until one of its outputs is asked for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/definitions.h"

namespace feast {

class HistoricalQuery;

/// What will be read, before reading it.
struct ReadPlan {
  struct File {
    std::string uri;
    int64_t row_groups_total = 0;
    /// After pruning by statistics.
    int64_t row_groups_read = 0;
    int64_t rows = 0;
    /// Compressed bytes of the columns and row groups to be read.
    int64_t bytes = 0;
  };
  struct View {
    std::string name;
    std::vector<File> files;
    std::vector<std::string> columns;
  };
  int64_t entity_rows = 0;
  std::vector<View> views;
  /// For people, several lines.
  std::string ToString() const;
};

/// Names a job's result has and the range of its entity rows.
struct RetrievalMetadata {
  /// References "view:feature".
  std::vector<std::string> features;
  /// Columns of the entity rows.
  std::vector<std::string> keys;
  std::optional<Timestamp> min_event_timestamp, max_event_timestamp;
};

/// Called from time to time with rows done and rows in all; may be called from any thread, one call at a time.
using ProgressCallback = std::function<void(int64_t rows_done, int64_t rows_total)>;

/// One retrieval. May be run several times; each run reads anew. Not thread-safe.
class RetrievalJob {
 public:
  /// `on_demand` views are computed on the rows of `query`; `output_columns` names the result's columns in order.
  RetrievalJob(std::shared_ptr<HistoricalQuery> query, RetrievalMetadata metadata, bool full_feature_names,
               std::vector<std::shared_ptr<OnDemandFeatureView>> on_demand, std::vector<std::string> output_columns);

  const RetrievalMetadata& metadata() const { return metadata_; }
  bool full_feature_names() const { return full_feature_names_; }
  const std::vector<std::shared_ptr<OnDemandFeatureView>>& on_demand_feature_views() const { return on_demand_; }

  /// One row for each entity row, in order.
  arrow::Result<std::shared_ptr<arrow::Table>> ToTable();
  /// The same as a stream of batches of at most `batch_rows` rows.
  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> ToReader(int64_t batch_rows = 1 << 17);
  /// Streams the result to a Parquet file at a local path or file-system URI and returns the number of rows. The file
  /// appears complete or not at all.
  arrow::Result<int64_t> WriteParquet(const std::string& path_or_uri);
  /// Writes the result where `storage` says. AlreadyExists when something is there and `allow_overwrite` is false.
  arrow::Status Persist(const DataSource& storage, bool allow_overwrite);
  /// The query's text in stores that have one; NotImplemented in the file store.
  arrow::Result<std::string> ToSql();
  arrow::Result<ReadPlan> Explain();

  void set_progress(ProgressCallback progress) { progress_ = std::move(progress); }

 private:
  std::shared_ptr<HistoricalQuery> query_;
  RetrievalMetadata metadata_;
  bool full_feature_names_;
  std::vector<std::shared_ptr<OnDemandFeatureView>> on_demand_;
  std::vector<std::string> output_columns_;
  ProgressCallback progress_;
};

}  // namespace feast
