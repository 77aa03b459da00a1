// What a retrieval job does: a query in the offline store, then on-demand views on its rows, then a choice of columns.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "feast/definitions_fwd.h"
#include "feast/retrieval_job.h"
#include "feast/transformation.h"
#include "offline/offline_store.h"

namespace feast {

/// One on-demand view as one request wants it.
struct OnDemandStep {
  struct Input {
    /// Column of the query's result.
    std::string column;
    /// The names the function may use for it: "feature" and "view__feature".
    std::vector<std::string> names;
  };
  struct Output {
    Field field;
    /// "view__feature": the function may use it instead of the field's name.
    std::string prefixed_name;
    /// Column of the job's result.
    std::string output_name;
  };

  std::shared_ptr<OnDemandFeatureView> view;
  /// Runnable (src/transform/runner.h).
  std::shared_ptr<Transformation> transformation;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
};

struct RetrievalSteps {
  std::shared_ptr<Query> query;
  /// Where Persist writes.
  std::shared_ptr<OfflineStore> offline;
  /// Servers that URIs of results may name (files/places/endpoint_policy.h).
  std::vector<std::string> allowed_endpoints;
  RetrievalMetadata metadata;
  bool full_feature_names = false;
  /// Run in order on the query's rows; none sees another's outputs.
  std::vector<OnDemandStep> on_demand;
  /// Columns of the query that only on-demand views need.
  std::unordered_set<std::string> hidden_columns;
  /// Columns of the query that come from the entity rows are the functions' to use too; these are the features.
  std::unordered_set<std::string> feature_columns;
};

struct RetrievalJob::Parts {
  std::shared_ptr<const RetrievalSteps> steps;
  ProgressCallback progress = {};
  std::shared_ptr<RetrievalReport> report = {};
};

std::shared_ptr<RetrievalJob> MakeRetrievalJob(std::shared_ptr<const RetrievalSteps> steps);

}  // namespace feast
