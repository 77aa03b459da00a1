// The latest row of each key in one source.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/repo_config.h"
#include "offline/query.h"
#include "offline/resolved_request.h"

namespace feast {

/// A point-in-time join of every key with one moment, the end of the window: what holds for joins of memory, ties and
/// pruning holds here too.
class FileLatestQuery : public Query {
 public:
  FileLatestQuery(PullRequest request, RepoConfig config) : request_(std::move(request)), config_(std::move(config)) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(const RunOptions& options) override;
  arrow::Result<ReadPlan> Explain(const CallContext& context) override;

 private:
  /// Those asked for, or all that the source has.
  arrow::Result<std::vector<std::string>> Columns() const;
  ResolvedRequest JoinOf(const std::vector<std::string>& columns) const;

  PullRequest request_;
  RepoConfig config_;
};

}  // namespace feast
