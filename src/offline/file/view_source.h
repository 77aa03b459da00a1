// The source of one view in one request, opened and checked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/data_source.h"
#include "feast/repo_config.h"
#include "files/source_reader.h"
#include "offline/offline_store.h"

namespace feast {

/// The file source behind `source`. FeastOfflineStoreUnsupportedDataSource for one that is not of files.
arrow::Result<std::shared_ptr<const FileSource>> FilesOf(const std::shared_ptr<const DataSource>& source);

/// A view's source with the columns it needs known to be there.
class ViewSource {
 public:
  /// Opens each view's source; views of one source share its reader. KeyError for a column that a source lacks;
  /// TypeError for a timestamp column of another type.
  static arrow::Result<std::vector<ViewSource>> OpenAll(const std::vector<ViewRequest>& views,
                                                        const RepoConfig& config);

  const ViewRequest& view() const { return *view_; }
  scan::SourceReader& reader() const { return *reader_; }
  const std::shared_ptr<arrow::DataType>& type_of(const std::string& column) const;

  /// Columns the join reads: keys, event timestamp, created timestamp (when there is one).
  std::vector<std::string> join_columns() const;
  /// Source columns of the features, in order, each once.
  std::vector<std::string> feature_columns() const;

 private:
  arrow::Status CheckColumns() const;

  /// Outlives this object, being part of the request.
  const ViewRequest* view_ = nullptr;
  std::shared_ptr<const FileSource> files_;
  std::shared_ptr<scan::SourceReader> reader_;
};

/// TypeError, naming the column, unless it holds timestamps or dates.
arrow::Status CheckTimestampColumn(const scan::SourceReader& reader, const std::string& column);

}  // namespace feast
