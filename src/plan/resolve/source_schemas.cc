#include "plan/resolve/source_schemas.h"

#include <utility>

#include "arrow/type.h"
#include "feast/errors.h"
#include "offline/offline_store.h"
#include "plan/resolve/unique_definitions.h"

namespace feast {

SourceSchemas SourceSchemas::Read(const std::vector<std::shared_ptr<DataSource>>& sources, OfflineStore& offline) {
  auto schemas = offline.SourceSchemas(sources, CallContext::OfThread());
  SourceSchemas read;
  for (size_t i = 0; i < sources.size(); ++i) read.by_name_.emplace(sources[i]->name, std::move(schemas[i]));
  return read;
}

arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchemas::Of(const DataSource& source) const {
  const auto found = by_name_.find(source.name);
  if (found == by_name_.end()) return nullptr;
  if (found->second.ok()) return found->second;
  const arrow::Status& status = found->second.status();
  if (status.IsNotImplemented()) return nullptr;
  // Nobody looked, which says nothing of the source.
  if (status.IsCancelled()) return status;
  return UnreadableSource("Data source '" + source.name + "'" + DefinedAt(source.origin), status);
}

}  // namespace feast
