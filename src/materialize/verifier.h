// Compares what is served online with what the offline store says for the same keys and moment.
//
// The moment is the end of the latest interval that was materialized. The offline store is asked for the latest row of
// each key up to it, from the start of the first interval on; the online store for the same keys.
#pragma once

#include <vector>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "feast/repo_config.h"
#include "feast/verification.h"
#include "materialize/view_rows.h"

namespace feast {

class OfflineStore;
class OnlineStore;
class Registry;

/// Thread-safe.
class Verifier {
 public:
  /// What is given must outlive this. `online` may be null, for configurations without an online store, which refuse.
  Verifier(const RepoConfig& config, Registry& registry, OfflineStore& offline, OnlineStore* online)
      : config_(config), registry_(registry), offline_(offline), online_(online) {}

  /// A result for each view, in order. Writes nothing.
  arrow::Result<std::vector<ViewVerification>> Run(const VerifyRequest& request, const CallContext& context);

 private:
  arrow::Result<ViewVerification> RunView(const ViewRequest& view, int64_t sample, const CallContext& context);

  const RepoConfig& config_;
  Registry& registry_;
  OfflineStore& offline_;
  OnlineStore* online_;
};

}  // namespace feast
