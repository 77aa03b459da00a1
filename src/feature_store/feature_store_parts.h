// What is behind the facade's pointers. The shells of this library that need more than the facade gives take it here.
#pragma once

#include <memory>

#include "feast/feature_store.h"
#include "feast/prepared_plan.h"
#include "offline/offline_store.h"
#include "online/online_store.h"
#include "plan/planner.h"
#include "registry/registry.h"
#include "retrieval/historical_retriever.h"
#include "serving/serving_plan.h"

namespace feast {

struct FeatureStore::Parts {
  RepoConfig config;
  std::unique_ptr<Registry> registry;
  /// Shared with the jobs it made.
  std::shared_ptr<OfflineStore> offline;
  /// What answers historical requests.
  std::shared_ptr<HistoricalRetriever> retriever;
  /// nullptr without an online store.
  std::unique_ptr<OnlineStore> online;
  /// Made with the online store.
  std::unique_ptr<ServingPlanner> planner = nullptr;
};

/// The plan of a request for online features. Invalid without an online store.
arrow::Result<std::shared_ptr<const ServingPlan>> PlanServing(FeatureStore& store, const RequestShape& shape);

struct PreparedPlan::Parts {
  PlannedApply planned;
};

}  // namespace feast
