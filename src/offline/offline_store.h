// The interface of offline stores: where feature history is kept and point-in-time joins are run.
//
// A built-in store is one file here and one line in offline_store_table.cc. A store answers a resolved request: names,
// mappings and TTLs are settled by src/retrieval before it is asked.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/definitions.h"
#include "feast/entity_rows.h"
#include "feast/repo_config.h"
#include "feast/retrieval_job.h"

namespace feast {

/// A join key of one view in one request.
struct JoinKeyColumn {
  /// Column in the source, and column in the entity rows.
  std::string source_column, entity_column;
  /// The view's name for it (after field mapping), for results of ranges.
  std::string name;
  Type type;
};

/// A feature of one view in one request.
struct FeatureColumn {
  std::string source_column;
  /// Column of the result.
  std::string output_name;
  Type type;
};

/// One feature view as one request wants it.
struct ViewRequest {
  std::string name;
  std::shared_ptr<const DataSource> source;
  std::vector<JoinKeyColumn> join_keys;
  /// Columns of the source (field mapping undone). `created_column` "" for none.
  std::string timestamp_column, created_column;
  std::optional<std::chrono::microseconds> ttl;
  std::vector<FeatureColumn> features;
};

/// The request before its names were settled, for stores that settle them themselves: those written in Python for
/// Feast.
struct AskedFeatures {
  /// The feature views wanted, inputs of on-demand views included, each with the name and join keys it is wanted under.
  std::vector<std::shared_ptr<FeatureView>> views;
  /// "view:feature", outputs of on-demand views included.
  std::vector<std::string> references;
  bool full_feature_names = false;
  /// HistoricalRequest::host_rows.
  std::shared_ptr<const void> host_rows;
};

/// A resolved historical request.
struct ResolvedRequest {
  /// A range has both ends set.
  EntityRows entity_rows;
  /// The event-timestamp column of the entity rows; "" to infer it when they are not at hand (SQL).
  std::string timestamp_column;
  std::vector<ViewRequest> views;
  bool filter_by_created_timestamp = false;
  AskedFeatures asked;
};

/// One historical request, ready to run. Result columns: those of the entity rows, then each view's features.
class HistoricalQuery {
 public:
  virtual ~HistoricalQuery() = default;
  /// The result, one row for each entity row in order, as a stream.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(int64_t batch_rows,
                                                                       const ProgressCallback& progress) = 0;
  /// The same, and a report on the result, which is complete once the stream has been read to its end. NotImplemented
  /// unless the store can.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> RunWithReport(
      int64_t batch_rows, const ProgressCallback& progress, std::shared_ptr<RetrievalReport> report);
  /// The result's schema without running.
  virtual arrow::Result<std::shared_ptr<arrow::Schema>> OutputSchema() = 0;
  virtual arrow::Result<ReadPlan> Explain() = 0;
  /// NotImplemented unless the store speaks SQL.
  virtual arrow::Result<std::string> Sql();
  /// Whether the store computes on-demand features itself, so that the result is complete as it is.
  virtual bool computes_on_demand() const { return false; }
};

class OfflineStore {
 public:
  virtual ~OfflineStore() = default;

  /// Whether every call must come on the thread that asked the engine: stores of the user's own may keep what belongs
  /// to one.
  virtual bool stays_on_one_thread() const { return false; }
  /// Whether text given as entity rows is a query of the store's own rather than the path of a file.
  virtual bool takes_queries() const { return false; }
  /// Columns of a source as they are; an error when it cannot be read. Used for validation and inference. A column may
  /// be marked as unreadable or guessed (offline/source_column.h).
  virtual arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source) = 0;
  virtual arrow::Result<std::shared_ptr<HistoricalQuery>> GetHistoricalFeatures(const ResolvedRequest& request) = 0;
  /// All rows of a source with timestamp in [start, end] (either may be unset), columns as named; every column when
  /// `columns` is empty.
  virtual arrow::Result<std::shared_ptr<HistoricalQuery>> PullAll(const DataSource& source,
                                                                  const std::vector<std::string>& columns,
                                                                  const std::string& timestamp_column,
                                                                  std::optional<Timestamp> start,
                                                                  std::optional<Timestamp> end) = 0;
  /// Writes a stream where `storage` says.
  virtual arrow::Status Write(arrow::RecordBatchReader& rows, const DataSource& storage, bool allow_overwrite) = 0;
};

/// Makes the store of a configuration that names a Python class.
using OfflineStorePlugin = std::function<arrow::Result<std::unique_ptr<OfflineStore>>(const RepoConfig&)>;
/// Installed once, by the Python module, before the first store is made.
void SetOfflineStorePlugin(OfflineStorePlugin make);

/// The store configured in `config`. NotImplemented, naming the type, for one that is not built in.
arrow::Result<std::unique_ptr<OfflineStore>> MakeOfflineStore(const RepoConfig& config);

/// The "file" store: sources are files, joins run in this process.
std::unique_ptr<OfflineStore> MakeFileOfflineStore(const RepoConfig& config);

}  // namespace feast
