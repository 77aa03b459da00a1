// The versions of a registry: who made each and how, and what differs between two of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "arrow/result.h"
#include "catalog/listing.h"
#include "feast/plan.h"
#include "feast/repo_config.h"
#include "registry/registry.h"

namespace feast {

/// The history as it leads to the registry's version at the time of Open. Not thread-safe.
class RegistryLog {
 public:
  /// Reads the registry of `config` as it is now.
  static arrow::Result<RegistryLog> Open(const RepoConfig& config);

  /// The newest `count_max` versions, newest first, of all projects. Invalid, saying how to turn it on, when no history
  /// is kept.
  arrow::Result<Listing> Versions(int64_t count_max);
  /// What changed in the project from one version to another; each is a number, the beginning of an id, or "current".
  /// KeyError when there is no such version.
  arrow::Result<Plan> Difference(const std::string& before, const std::string& after);

 private:
  RegistryLog(std::unique_ptr<Registry> registry, std::shared_ptr<const Snapshot> current, std::string project);

  std::unique_ptr<Registry> registry_;
  std::shared_ptr<const Snapshot> current_;
  std::string project_;
};

}  // namespace feast
