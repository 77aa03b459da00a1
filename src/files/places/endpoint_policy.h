// Which servers a data source may send this process's credentials to.
//
// A data source's path and endpoint come from the registry, which others may write. Credentials come from here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/repo_config.h"

namespace feast::scan {

enum class EndpointTrust : uint8_t {
  /// The configuration or the environment names it, or it is the cloud's own.
  kNamed,
  /// A server on this machine, which only the source names: it may have keys made for it, but no token of a cloud.
  kLoopback,
};

/// Whether `endpoint`, a URL that a source names, may be sent credentials. `named`: what the configuration and the
/// environment name, as URLs, or as host or host:port for any scheme. Invalid for all others, with the line to add to
/// feature_store.yaml.
arrow::Result<EndpointTrust> CheckEndpoint(const std::string& endpoint, const std::vector<std::string>& named);

/// `allowed_endpoints` of the configuration.
std::vector<std::string> AllowedEndpoints(const RepoConfig& config);

}  // namespace feast::scan
