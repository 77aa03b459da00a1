#include "registry/decoded_objects.h"

namespace feast {

arrow::Result<std::shared_ptr<const Definitions>> DecodedObjects::Of(const core::Registry& registry,
                                                                     const std::string& project) const {
  {
    const std::shared_lock lock(mutex_);
    const auto found = projects_.find(project);
    if (found != projects_.end()) return found->second;
  }
  // Without the lock, for decoding takes long. Two threads may do it at once; the first one's result is everybody's.
  Definitions decoded = ReadableFromProto(registry, project);
  const std::unique_lock lock(mutex_);
  return projects_.emplace(project, std::make_shared<const Definitions>(std::move(decoded))).first->second;
}

}  // namespace feast
