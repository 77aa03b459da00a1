// All rows of one source within a window of time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/source_reader.h"
#include "offline/file/time_filter.h"
#include "offline/offline_store.h"

namespace feast {

/// Streams: one row group is held at a time. Each call looks at the files anew. Not thread-safe.
class FilePullQuery : public HistoricalQuery {
 public:
  /// Every column when `columns` is empty. `timestamp_column` may be "" for an open window.
  FilePullQuery(std::shared_ptr<const FileSource> source, std::vector<std::string> columns,
                std::string timestamp_column, TimeWindow window, RepoConfig config)
      : source_(std::move(source)),
        columns_(std::move(columns)),
        timestamp_column_(std::move(timestamp_column)),
        window_(window),
        config_(std::move(config)) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Run(int64_t batch_rows,
                                                               const ProgressCallback& progress) override;
  arrow::Result<std::shared_ptr<arrow::Schema>> OutputSchema() override;
  arrow::Result<ReadPlan> Explain() override;

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
