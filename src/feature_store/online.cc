// The online side of a store: materialize, write, and the newest values.
#include "arrow/record_batch.h"
#include "feast/data_source.h"
#include "feast/errors.h"
#include "feast/feature_store.h"
#include "feature_store/feature_store_parts.h"
#include "materialize/materializer.h"
#include "materialize/verifier.h"

namespace feast {

namespace {

Materializer MaterializerOf(FeatureStore::Parts& parts) {
  return Materializer(parts.config, *parts.registry, *parts.offline, parts.online.get());
}

}  // namespace

arrow::Result<std::vector<ViewInterval>> FeatureStore::PlanMaterialization(const MaterializeRequest& request) {
  return MaterializerOf(*parts_).Plan(request);
}

arrow::Status FeatureStore::Materialize(const std::vector<ViewInterval>& intervals,
                                        const MaterializeListener& listener) {
  return MaterializerOf(*parts_).Run(intervals, listener, CallContext::OfThread());
}

arrow::Result<std::vector<ViewVerification>> FeatureStore::VerifyOnline(const VerifyRequest& request) {
  return Verifier(parts_->config, *parts_->registry, *parts_->offline, parts_->online.get())
      .Run(request, CallContext::OfThread());
}

arrow::Status FeatureStore::WriteToOnlineStore(const std::string& view, const arrow::RecordBatch& rows) {
  return MaterializerOf(*parts_).Write(view, rows, CallContext::OfThread());
}

arrow::Status FeatureStore::Push(const std::string& push_source, const arrow::RecordBatch& rows, PushTarget target) {
  if (target != PushTarget::kOnline) {
    return arrow::Status::NotImplemented("Pushing to the offline store is not in this version; push to 'online'");
  }
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(true));
  ARROW_ASSIGN_OR_RAISE(const auto definitions, snapshot->GetDefinitions(project()));
  bool found = false;
  for (const auto& view : definitions->feature_views) {
    const auto& source = view->stream_source;
    if (!source || source->kind() != DataSource::Kind::kPush || source->name != push_source) continue;
    found = true;
    ARROW_RETURN_NOT_OK(WriteToOnlineStore(view->name, rows));
  }
  if (found) return arrow::Status::OK();
  return NamedError("PushSourceNotFoundException", "Unable to find push source '" + push_source + "'.");
}

arrow::Result<std::shared_ptr<const ServingPlan>> PlanServing(FeatureStore& store, const RequestShape& shape) {
  if (store.parts().planner) return store.parts().planner->PlanFor(shape);
  return arrow::Status::Invalid(
      "There is no online store to read from. Configure `online_store` in feature_store.yaml, "
      "for example `online_store: {type: sqlite}`, then apply and materialize");
}

arrow::Result<std::vector<AnsweredFeature>> FeatureStore::GetOnlineFeatures(const OnlineRequest& request) {
  const RequestShape shape{request.features, request.feature_service, request.entity_rows->schema()->field_names(),
                           request.full_feature_names};
  ARROW_ASSIGN_OR_RAISE(const auto plan, PlanServing(*this, shape));
  return plan->Answer(*request.entity_rows, CallContext::OfThread());
}

}  // namespace feast
