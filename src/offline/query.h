// One request to an offline store, ready to run.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/call_context.h"
#include "feast/data_source.h"
#include "feast/retrieval_job.h"

namespace feast {

/// Whether rows may take the place of those that are there.
enum class Overwrite { kNo, kYes };

struct RunOptions {
  /// At least one.
  int64_t batch_rows = 1 << 17;
  ProgressCallback progress = {};
  /// Filled by the time the stream has been read to its end. May be null; otherwise Run is NotImplemented where the
  /// store cannot report.
  std::shared_ptr<RetrievalReport> report = {};
  /// Holds for the stream as well.
  CallContext context = {};
};

/// May be run several times; each call looks at the sources anew. Owns what it needs, and may outlive its store. Not
/// thread-safe.
class Query {
 public:
  virtual ~Query() = default;
  /// The result, one row for each entity row in order, as a stream of at most `batch_rows` rows a batch.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(const RunOptions& options) = 0;
  /// Keeps the result in the store itself, for example as a table of the warehouse. False when the store cannot or
  /// `storage` is elsewhere: then nothing has happened, and the result is to be streamed through (OpenWrite). Refuses
  /// like OpenWrite.
  virtual arrow::Result<bool> PersistInStore(const DataSource& storage, Overwrite overwrite,
                                             const CallContext& context);
  /// What Run will read, before reading it.
  virtual arrow::Result<ReadPlan> Explain(const CallContext& context) = 0;
  /// NotImplemented unless the store speaks SQL.
  virtual arrow::Result<std::string> Sql();
};

}  // namespace feast
