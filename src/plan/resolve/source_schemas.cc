#include "plan/resolve/source_schemas.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "arrow/type.h"
#include "offline/offline_store.h"
#include "plan/resolve/unique_definitions.h"
#include "system/exceptions.h"

namespace feast {

namespace {
// Reading a schema is mostly waiting for a disk or a bucket.
constexpr size_t kThreadsMax = 16;
}  // namespace

SourceSchemas SourceSchemas::Read(const std::vector<std::shared_ptr<DataSource>>& sources, OfflineStore& offline) {
  std::vector<arrow::Result<std::shared_ptr<arrow::Schema>>> schemas(sources.size(), nullptr);
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < sources.size(); i = next++) {
      schemas[i] = Caught([&] { return offline.SourceSchema(*sources[i]); });
    }
  };
  std::vector<std::thread> threads;
  const size_t threads_max = offline.stays_on_one_thread() ? 1 : kThreadsMax;
  for (size_t i = 1; i < std::min(threads_max, sources.size()); ++i) threads.emplace_back(work);
  work();
  for (auto& thread : threads) thread.join();

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
  return status.WithMessage("Data source '", source.name, "'", DefinedAt(source.origin),
                            " cannot be read: ", status.message());
}

}  // namespace feast
