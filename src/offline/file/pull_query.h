// All rows of one source within a window of time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/repo_config.h"
#include "files/source_reader.h"
#include "offline/file/time_filter.h"
#include "offline/query.h"
#include "offline/resolved_request.h"

namespace feast {

/// Streams: one row group is held at a time. Each call looks at the files anew. Not thread-safe.
class FilePullQuery : public Query {
 public:
  /// `source` is the files behind the request's source.
  FilePullQuery(std::shared_ptr<const FileSource> source, const PullRequest& request, RepoConfig config);

  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(const RunOptions& options) override;
  arrow::Result<ReadPlan> Explain(const CallContext& context) override;

 private:
  /// The source with the columns wanted known to be there.
  struct Opened {
    std::shared_ptr<scan::SourceReader> reader;
    std::vector<std::string> columns;
    std::shared_ptr<arrow::Schema> schema;
  };
  arrow::Result<Opened> Open() const;

  std::shared_ptr<const FileSource> source_;
  std::vector<std::string> columns_;
  std::string timestamp_column_;
  TimeWindow window_;
  RepoConfig config_;
};

}  // namespace feast
