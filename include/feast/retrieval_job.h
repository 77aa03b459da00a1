// The result of get_historical_features: a lazy job. Nothing is read until one of its outputs is asked for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/definitions_fwd.h"
#include "feast/export.h"
#include "feast/retrieval_report.h"
#include "feast/row_format.h"
#include "feast/types.h"

namespace FEAST_EXPORT feast {

/// What will be read, before reading it.
struct ReadPlan {
  /// A file, or a table of a warehouse. A part of it is what is read as a whole or not at all: a row group of a Parquet
  /// file, a partition of a table; a text file is one part.
  struct File {
    std::string uri;
    int64_t parts_total = 0;
    /// Those that statistics leave.
    int64_t parts_read = 0;
    /// Unset when it takes reading to know, as in text.
    std::optional<int64_t> rows = 0;
    /// Of the columns and parts to be read, as stored: compressed.
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

/// One retrieval, made by FeatureStore::GetHistoricalFeatures. May be run several times; each run reads anew. It may
/// outlive the store. Not thread-safe. Runs end early as the CallScope that they begin in says (call_context.h); for a
/// reader it holds until the last batch.
class RetrievalJob {
 public:
  ~RetrievalJob();

  const RetrievalMetadata& metadata() const;
  bool full_feature_names() const;
  std::vector<std::shared_ptr<OnDemandFeatureView>> on_demand_feature_views() const;

  /// One row for each entity row, in order. On-demand functions see all rows at once, as in Feast.
  arrow::Result<std::shared_ptr<arrow::Table>> ToTable();
  /// The same as a stream of batches of at most `batch_rows` rows. On-demand functions see one batch at a time: they
  /// must compute each row from that row alone. The reader keeps what it needs of the job, and may outlive it.
  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> ToReader(int64_t batch_rows = 1 << 17);
  /// Streams the result to a Parquet file at a local path or file-system URI and returns the number of rows. The file
  /// appears complete or not at all; one that cannot be written is refused before anything is computed.
  arrow::Result<int64_t> WriteParquet(const std::string& path_or_uri);
  /// The same in any format.
  arrow::Result<int64_t> WriteFile(const std::string& path_or_uri, RowFormat format);
  /// Writes the result where `storage` says. A place that cannot be written is refused before anything is computed:
  /// SavedDatasetLocationAlreadyExists when something is there and `allow_overwrite` is false.
  arrow::Status Persist(const DataSource& storage, bool allow_overwrite);
  /// The query's text in stores that have one; NotImplemented in the file store.
  arrow::Result<std::string> ToSql();
  arrow::Result<ReadPlan> Explain();
  /// Runs the job and drops the rows. NotImplemented where the store cannot tell.
  arrow::Result<RetrievalReport> Report();
  /// Runs from now on also make a report, at the price of a second pass over key and time columns; it is complete once
  /// all rows have been read. nullptr: no more.
  void set_report(std::shared_ptr<RetrievalReport> report);

  void set_progress(ProgressCallback progress);

  /// This library's own (src/retrieval/retrieval_steps.h).
  struct Parts;
  explicit RetrievalJob(std::unique_ptr<Parts> parts);
  const Parts& parts() const { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace feast
