// A historical request with every name settled: which columns of which sources to read, under which names they come
// back, and which on-demand views to run on them.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "arrow/result.h"
#include "feast/historical_request.h"
#include "feast/retrieval_job.h"
#include "offline/offline_store.h"
#include "registry/snapshot.h"
#include "retrieval/retrieval_steps.h"

namespace feast {

struct ResolvedRetrieval {
  ResolvedRequest request;
  RetrievalMetadata metadata;
  /// Without their transformations, which are still to be made runnable.
  std::vector<OnDemandStep> on_demand;
  /// See RetrievalSteps.
  std::unordered_set<std::string> hidden_columns, feature_columns;
};

/// Resolves `request` against one version of the registry. Features that only on-demand views need are requested too,
/// under names of their own, and listed as hidden. A feature called like a column of the entity rows comes back with
/// "__" after its name, as in Feast. Reads no features; `offline` is asked for the columns of entity rows in a file.
/// Errors carry Feast's class names.
arrow::Result<ResolvedRetrieval> ResolveRequest(const HistoricalRequest& request, const Snapshot& snapshot,
                                                const std::string& project, OfflineStore& offline,
                                                const CallContext& context);

/// The same for the newest values: `columns` are those of its entity rows, `request.entity_rows` is not looked at.
arrow::Result<ResolvedRetrieval> ResolveOnlineRequest(const HistoricalRequest& request,
                                                      std::vector<std::string> columns, const Snapshot& snapshot,
                                                      const std::string& project);

}  // namespace feast
