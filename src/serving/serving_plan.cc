#include "serving/serving_plan.h"

#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "registry/registry.h"
#include "retrieval/resolve_request.h"
#include "serving/read_and_transform.h"
#include "transform/runner.h"

namespace feast {

namespace {

/// An entity's name may stand for its join key, as in Feast.
std::vector<std::pair<std::string, std::string>> ByJoinKeys(const std::vector<std::string>& columns,
                                                            const Snapshot& snapshot, const std::string& project) {
  std::vector<std::pair<std::string, std::string>> named;
  std::set<std::string> join_keys;
  for (const std::string& name : snapshot.Names(ObjectKind::kEntity, project)) {
    join_keys.insert(snapshot.FindEntity(project, name)->spec().join_key());
  }
  for (const std::string& column : columns) {
    const core::Entity* entity = snapshot.FindEntity(project, column);
    const bool is_alias = entity != nullptr && !join_keys.contains(column) && !entity->spec().join_key().empty();
    named.emplace_back(column, is_alias ? entity->spec().join_key() : column);
  }
  return named;
}

class CachingPlanner : public ServingPlanner {
 public:
  CachingPlanner(const RepoConfig& config, Registry& registry, OnlineStore& store)
      : config_(config), registry_(registry), store_(store) {}

  arrow::Result<std::shared_ptr<const ServingPlan>> PlanFor(const RequestShape& shape) override {
    ARROW_ASSIGN_OR_RAISE(auto snapshot, registry_.Current(true));
    if (auto known = Find(shape, snapshot)) return known;
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<const ServingPlan> plan, MakePlan(shape, snapshot));
    const std::lock_guard lock(mutex_);
    // Shapes are few where requests come from programs; who makes up new ones must not fill the memory.
    features_ += shape.features.size() + shape.columns.size();
    if (plans_.size() >= kPlansMax || features_ > kFeaturesMax) {
      plans_.clear();
      features_ = shape.features.size() + shape.columns.size();
    }
    if (snapshot_ == snapshot) plans_.emplace(shape, plan);
    return plan;
  }

  std::shared_ptr<const ServingPlan> KnownPlanFor(const RequestShape& shape) override {
    const auto snapshot = registry_.Current(true);
    return snapshot.ok() ? Find(shape, *snapshot) : nullptr;
  }

 private:
  static constexpr size_t kPlansMax = 1000;
  /// Features and columns of all plans together.
  static constexpr size_t kFeaturesMax = 200'000;

  std::shared_ptr<const ServingPlan> Find(const RequestShape& shape, const std::shared_ptr<const Snapshot>& snapshot) {
    const std::lock_guard lock(mutex_);
    if (snapshot_ != snapshot) {
      snapshot_ = snapshot;
      plans_.clear();
      features_ = 0;
    }
    const auto found = plans_.find(shape);
    return found == plans_.end() ? nullptr : found->second;
  }

  arrow::Result<std::shared_ptr<const ServingPlan>> MakePlan(const RequestShape& shape,
                                                             const std::shared_ptr<const Snapshot>& snapshot) const {
    HistoricalRequest request;
    request.features = shape.features;
    request.full_feature_names = shape.full_feature_names;
    if (!shape.feature_service.empty()) {
      // The registry's own is taken, by this name.
      request.feature_service = std::make_shared<FeatureService>();
      request.feature_service->name = shape.feature_service;
    }
    auto named = ByJoinKeys(shape.columns, *snapshot, config_.project);
    std::vector<std::string> columns;
    for (const auto& [given, name] : named) columns.push_back(name);
    ARROW_ASSIGN_OR_RAISE(ResolvedRetrieval resolved,
                          ResolveOnlineRequest(request, columns, *snapshot, config_.project));
    FunctionLoader functions(config_);
    for (OnDemandStep& step : resolved.on_demand) {
      ARROW_ASSIGN_OR_RAISE(step.transformation, functions.Load(*step.view));
    }
    std::vector<ViewRead> reads;
    for (const ViewRequest& view : resolved.request.views) {
      if (!view.view->online) {
        return arrow::Status::Invalid("Feature view is not served online; set online=True, apply and materialize: '",
                                      view.view->name, "'");
      }
      std::vector<KeyField> fields;
      std::vector<std::string> key_columns;
      for (const JoinKeyColumn& key : view.join_keys) {
        fields.push_back({key.name, key.type.value_type()});
        key_columns.push_back(key.entity_column);
      }
      ARROW_ASSIGN_OR_RAISE(auto encoder, EntityKeyEncoder::Make(config_.entity_key_serialization_version, fields));
      reads.push_back({view.view, std::move(encoder), std::move(key_columns), std::move(fields), view.features});
    }
    ARROW_RETURN_NOT_OK(CheckDistinct(named));
    return MakeReadAndTransform({snapshot, std::move(reads), std::move(resolved), std::move(named)}, store_);
  }

  /// Invalid when a join key comes by its own name and by its entity's.
  static arrow::Status CheckDistinct(const std::vector<std::pair<std::string, std::string>>& columns) {
    std::unordered_map<std::string, std::string> given_as;
    for (const auto& [given, name] : columns) {
      const auto [other, is_new] = given_as.try_emplace(name, given);
      if (is_new) continue;
      return arrow::Status::Invalid("The entity rows have the join key '", name, "' twice, as '", other->second,
                                    "' and as '", given, "'; leave one of them out");
    }
    return arrow::Status::OK();
  }

  const RepoConfig& config_;
  Registry& registry_;
  OnlineStore& store_;
  std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
  size_t features_ = 0;
  std::unordered_map<RequestShape, std::shared_ptr<const ServingPlan>, RequestShapeHash> plans_;
};

}  // namespace

std::unique_ptr<ServingPlanner> MakeServingPlanner(const RepoConfig& config, Registry& registry, OnlineStore& store) {
  return std::make_unique<CachingPlanner>(config, registry, store);
}

}  // namespace feast
