#include "retrieval/historical_retriever.h"

#include <utility>

#include "files/places/endpoint_policy.h"
#include "retrieval/resolve_request.h"
#include "retrieval/retrieval_steps.h"
#include "transform/runner.h"

namespace feast {

arrow::Result<std::shared_ptr<RetrievalJob>> StoreRetriever::Retrieve(const HistoricalRequest& request,
                                                                      const Snapshot& snapshot,
                                                                      const std::string& project,
                                                                      const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(ResolvedRetrieval resolved, ResolveRequest(request, snapshot, project, *offline_, context));
  auto steps = std::make_shared<RetrievalSteps>();
  ARROW_ASSIGN_OR_RAISE(steps->query, offline_->PointInTime(resolved.request));
  FunctionLoader functions(config_);
  for (OnDemandStep& step : resolved.on_demand) {
    ARROW_ASSIGN_OR_RAISE(step.transformation, functions.Load(*step.view));
  }
  steps->offline = offline_;
  steps->allowed_endpoints = scan::AllowedEndpoints(config_);
  steps->metadata = std::move(resolved.metadata);
  steps->full_feature_names = request.full_feature_names;
  steps->on_demand = std::move(resolved.on_demand);
  steps->hidden_columns = std::move(resolved.hidden_columns);
  steps->feature_columns = std::move(resolved.feature_columns);
  return MakeRetrievalJob(std::move(steps));
}

}  // namespace feast
