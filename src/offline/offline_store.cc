#include "offline/offline_store.h"

#include "arrow/type.h"
#include "parallel/parallel_for.h"
#include "system/exceptions.h"

namespace feast {
namespace {

/// Reading a schema is mostly waiting for a disk, a bucket or a warehouse.
constexpr int kSchemasAtOnceMax = 16;

}  // namespace

arrow::Result<bool> Query::PersistInStore(const DataSource&, Overwrite, const CallContext&) { return false; }

arrow::Result<std::string> Query::Sql() {
  return arrow::Status::NotImplemented("The offline store of this project runs no SQL, so there is none to show.");
}

std::vector<arrow::Result<std::shared_ptr<arrow::Schema>>> OfflineStore::SourceSchemas(
    const std::vector<std::shared_ptr<DataSource>>& sources, const CallContext& context) {
  std::vector<arrow::Result<std::shared_ptr<arrow::Schema>>> schemas(
      sources.size(), arrow::Status::Cancelled("The source was not looked at."));
  const CallScope scope(context);
  const arrow::Status done = ParallelFor(kSchemasAtOnceMax, static_cast<int64_t>(sources.size()), [&](int, int64_t i) {
    schemas[i] = Caught([&] { return SourceSchema(*sources[i], context); });
    return arrow::Status::OK();
  });
  for (auto& schema : schemas) {
    if (!done.ok() && schema.status().IsCancelled()) schema = done;
  }
  return schemas;
}

}  // namespace feast
