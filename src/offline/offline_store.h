// The interface of offline stores: where feature history is kept and point-in-time joins are run.
//
// A built-in store is one file below this folder and one line in table/offline_store_table.cc. A store answers resolved
// requests: names, mappings and TTLs are settled by src/retrieval before it is asked.
#pragma once

#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/call_context.h"
#include "feast/definitions_fwd.h"
#include "feast/repo_config.h"
#include "offline/query.h"
#include "offline/resolved_request.h"

namespace feast {

/// A place that is ready to take rows. Without a Write that succeeded, nothing is left there.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  /// Writes all rows, which then appear together; to be called once. Returns how many there were.
  virtual arrow::Result<int64_t> Write(arrow::RecordBatchReader& rows, const CallContext& context) = 0;
};

/// Calls may come from several threads at once. Every call ends with Cancelled when its context says so.
class OfflineStore {
 public:
  virtual ~OfflineStore() = default;

  /// Columns of a source as they are; an error when it cannot be read. Used for validation and inference. A column may
  /// be marked as unreadable or guessed (offline/source_column.h).
  virtual arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source,
                                                                     const CallContext& context) = 0;
  /// The same of each of `sources`, in order: many at once, for it is mostly waiting.
  virtual std::vector<arrow::Result<std::shared_ptr<arrow::Schema>>> SourceSchemas(
      const std::vector<std::shared_ptr<DataSource>>& sources, const CallContext& context);
  /// A point-in-time join. Checks what can be checked without reading.
  virtual arrow::Result<std::shared_ptr<Query>> PointInTime(const ResolvedRequest& request) = 0;
  /// Rows of one source.
  virtual arrow::Result<std::shared_ptr<Query>> Pull(const PullRequest& request) = 0;
  /// Gets ready to write where `storage` says: what can be refused is refused now, before a row has been computed.
  /// SavedDatasetLocationAlreadyExists when something is there and must not be overwritten.
  virtual arrow::Result<std::unique_ptr<RowWriter>> OpenWrite(const DataSource& storage, Overwrite overwrite,
                                                              const CallContext& context) = 0;
};

/// Makes a store of a configuration whose offline_store has the factory's type.
using OfflineStoreFactory = arrow::Result<std::unique_ptr<OfflineStore>> (*)(const RepoConfig& config);

}  // namespace feast
