#include "registry/registry_versions.h"

namespace feast {

arrow::Result<History*> HistoryOf(Registry& registry) {
  if (registry.history() != nullptr) return registry.history();
  return arrow::Status::Invalid(
      "No history is kept of this registry. Remove `history_max: 0` from `registry` in feature_store.yaml; "
      "registries in classes of your own keep none. Registry: ",
      registry.location());
}

arrow::Result<std::shared_ptr<const Snapshot>> VersionOf(Registry& registry, const std::string& version,
                                                         const Snapshot& current) {
  if (version == "current") return registry.Current(/*allow_cache=*/true);
  ARROW_ASSIGN_OR_RAISE(History* const history, HistoryOf(registry));
  ARROW_ASSIGN_OR_RAISE(const HistoryRecord record, history->Find(version, current.registry().version_id()));
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, history->RegistryBytesOf(record));
  return Snapshot::Parse(bytes, history->location() + " version " + version, record.id);
}

}  // namespace feast
