// Data sources made whole: the timestamp column found where none is declared.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/data_source.h"
#include "plan/resolve/source_schemas.h"

namespace feast {

/// The resolved sources of one set of definitions.
class ResolvedSources {
 public:
  /// `sources` have unique names. Sources that lack nothing are kept as they are.
  static arrow::Result<ResolvedSources> Make(const std::vector<std::shared_ptr<DataSource>>& sources,
                                             const SourceSchemas& schemas);

  /// The resolved form of a source by its name; nullptr for nullptr.
  std::shared_ptr<DataSource> Of(const std::shared_ptr<DataSource>& source) const;
  const std::vector<std::shared_ptr<DataSource>>& all() const { return all_; }

 private:
  std::vector<std::shared_ptr<DataSource>> all_;
  std::unordered_map<std::string, std::shared_ptr<DataSource>> by_name_;
};

/// Whether rows can be read from the source itself (not a stream, push or request source).
bool IsBatchSource(const DataSource& source);

}  // namespace feast
