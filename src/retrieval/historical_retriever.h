// From a historical request, with names as the user gave them, to a job.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "feast/historical_request.h"
#include "feast/repo_config.h"
#include "feast/retrieval_job.h"
#include "offline/offline_store.h"
#include "registry/snapshot.h"

namespace feast {

/// Answers whole requests. A host language puts one of its own in place for stores that settle names themselves
/// (src/feature_store/stores.h); all others are asked through StoreRetriever.
class HistoricalRetriever {
 public:
  virtual ~HistoricalRetriever() = default;
  /// A job for `request`, resolved against one version of the registry. Reads no feature data.
  virtual arrow::Result<std::shared_ptr<RetrievalJob>> Retrieve(const HistoricalRequest& request,
                                                                const Snapshot& snapshot, const std::string& project,
                                                                const CallContext& context) = 0;
};

/// Settles names, asks the store for a point-in-time join, and runs on-demand views on its rows.
class StoreRetriever : public HistoricalRetriever {
 public:
  StoreRetriever(std::shared_ptr<OfflineStore> offline, RepoConfig config)
      : offline_(std::move(offline)), config_(std::move(config)) {}

  arrow::Result<std::shared_ptr<RetrievalJob>> Retrieve(const HistoricalRequest& request, const Snapshot& snapshot,
                                                        const std::string& project,
                                                        const CallContext& context) override;

 private:
  std::shared_ptr<OfflineStore> offline_;
  RepoConfig config_;
};

}  // namespace feast
