// A historical request to the file store: joins each view's source with the entity rows in this process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/point_in_time_join.h"
#include "offline/file/entities/entity_frame.h"
#include "offline/file/entities/entity_pieces.h"
#include "offline/file/report/report_builder.h"
#include "offline/file/row_progress.h"
#include "offline/file/view_reach.h"
#include "offline/file/view_source.h"
#include "offline/query.h"
#include "offline/resolved_request.h"

namespace feast {

/// Each call looks at the files anew. Not thread-safe.
class FileHistoricalQuery : public Query {
 public:
  FileHistoricalQuery(ResolvedRequest request, RepoConfig config)
      : request_(std::move(request)), config_(std::move(config)) {}

  /// Memory grows with the entity rows up to MemoryLimit(), beyond which they are joined in parts that are set aside on
  /// disk; of the sources, one row group per thread is held at a time. Batches are slices of the finished columns, or
  /// come from disk. A report reads key and time columns once more, and keeps 8 bytes for each entity row and view
  /// meanwhile.
  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(const RunOptions& options) override;
  /// Pruning is that of Run, except for ranges: their entity rows come from the sources, so only time prunes. Of entity
  /// rows in a file, one piece at a time is in memory.
  arrow::Result<ReadPlan> Explain(const CallContext& context) override;

 private:
  using Columns = std::vector<std::shared_ptr<arrow::ChunkedArray>>;

  /// The range of the request, complete; unset when entity rows are given.
  std::optional<EntityRange> Range() const;
  arrow::Result<EntityPieces> Entities(const std::vector<ViewSource>& sources, const std::optional<EntityRange>& range,
                                       RowProgress* progress) const;
  /// `report` may be null.
  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Join(int64_t batch_rows, const ProgressCallback& callback,
                                                                ReportBuilder* report) const;
  arrow::Result<std::shared_ptr<arrow::Table>> JoinInMemory(const EntityFrame& entities,
                                                            const std::vector<ViewSource>& sources,
                                                            const join::JoinOptions& options, RowProgress* progress,
                                                            ReportBuilder* report) const;
  /// How far the entity rows reach into each of `sources`.
  arrow::Result<std::vector<ViewReach>> Reaches(const EntityPieces& entities, const std::vector<ViewSource>& sources,
                                                const CallContext& context) const;

  ResolvedRequest request_;
  RepoConfig config_;
};

}  // namespace feast
