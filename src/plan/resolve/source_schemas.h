// The columns of data sources as they are, read once each, many at a time.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/data_source.h"

namespace feast {

class OfflineStore;

class SourceSchemas {
 public:
  /// Reads the schemas of `sources`, many at a time. A source that cannot be read is no error until it is asked
  /// for.
  static SourceSchemas Read(const std::vector<std::shared_ptr<DataSource>>& sources, OfflineStore& offline);

  /// The columns of a source; nullptr when it was not read, or when the store cannot look at sources of its kind. An
  /// error names the source and where it was defined.
  arrow::Result<std::shared_ptr<arrow::Schema>> Of(const DataSource& source) const;

 private:
  std::unordered_map<std::string, arrow::Result<std::shared_ptr<arrow::Schema>>> by_name_;
};

}  // namespace feast
