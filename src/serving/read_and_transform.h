// The plan of one shape of request: which keys are read for which views, and what becomes of the values.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "online/entity_key.h"
#include "online/online_store.h"
#include "registry/snapshot.h"
#include "retrieval/resolve_request.h"
#include "serving/serving_plan.h"

namespace feast {

/// One view of a request: what is read by which keys.
struct ViewRead {
  std::shared_ptr<const FeatureView> view;
  EntityKeyEncoder encoder;
  /// Columns of the entity rows, in the encoder's order.
  std::vector<std::string> key_columns;
  std::vector<KeyField> fields;
  std::vector<FeatureColumn> features;
};

struct PlannedReads {
  /// Keeps alive what the resolved request points into.
  std::shared_ptr<const Snapshot> snapshot;
  std::vector<ViewRead> reads;
  ResolvedRetrieval resolved;
  /// (name in the entity rows, name that views know), in the order of the shape.
  std::vector<std::pair<std::string, std::string>> columns;
};

/// `store` must outlive the plan.
std::shared_ptr<const ServingPlan> MakeReadAndTransform(PlannedReads planned, OnlineStore& store);

}  // namespace feast
