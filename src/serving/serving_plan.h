// A request for online features: planned once for each (registry snapshot, shape of request), then read, transformed
// and answered as often as requests of that shape come.
//
// A request has a shape, which features for which columns, and values, the entity rows. All that names and types decide
// is settled when the shape is planned: which views are read by which keys, which on-demand functions run on what,
// where each value goes in the answer. Answering looks no name up and allocates for values only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/call_context.h"
#include "feast/online_request.h"
#include "feast/repo_config.h"
#include "feast/types.h"
#include "serving/given_rows.h"
#include "serving/served_rows.h"

namespace feast {

/// What is the same in all requests that one plan answers.
struct RequestShape {
  /// "view:feature" references in the order of the answer; empty when a service is asked for.
  std::vector<std::string> features;
  std::string feature_service;
  /// Columns that the entity rows bring: join keys and request data, in their order.
  std::vector<std::string> columns;
  bool full_feature_names = false;

  bool operator==(const RequestShape&) const = default;
};

/// Finds the plan of a shape again.
struct RequestShapeHash {
  size_t operator()(const RequestShape& shape) const {
    size_t hash = shape.full_feature_names ? 1 : 0;
    const auto add = [&](std::string_view text) { hash = hash * 31 + std::hash<std::string_view>()(text); };
    for (const std::string& feature : shape.features) add(feature);
    add(shape.feature_service);
    // Where one list ends and the other begins is part of the shape.
    add("\n");
    for (const std::string& column : shape.columns) add(column);
    return hash;
  }
};

/// Immutable and shared: threads answer with one plan at once. Holds the snapshot it was made from, which therefore
/// stays whole while requests are answered.
class ServingPlan {
 public:
  virtual ~ServingPlan() = default;
  /// Reads each store once for all keys and views, a key that comes twice once, and runs the on-demand functions. The
  /// features come in the order of the shape, a row for each of `entity_rows`. Errors name what the request lacks.
  virtual arrow::Result<std::vector<AnsweredFeature>> Answer(const arrow::RecordBatch& entity_rows,
                                                             const CallContext& context) const = 0;
  /// The same without Arrow, unless functions run: `rows` have the columns of the shape, in its order, and the answer
  /// is what the store has. What it returns needs the plan no more.
  virtual arrow::Result<ServedRows> AnswerRows(const GivenRows& rows, const CallContext& context) const = 0;
  /// Whether answering waits for nothing, neither another machine nor a function.
  virtual bool answers_at_once() const = 0;
};

/// Thread-safe. Keeps the plans of the current snapshot and forgets them with it.
class ServingPlanner {
 public:
  virtual ~ServingPlanner() = default;
  virtual arrow::Result<std::shared_ptr<const ServingPlan>> PlanFor(const RequestShape& shape) = 0;
  /// The same, if it is made already; nullptr otherwise. Waits for nothing while the registry's snapshot is young.
  virtual std::shared_ptr<const ServingPlan> KnownPlanFor(const RequestShape& shape) = 0;
};

class OnlineStore;
class Registry;

/// What is given must outlive the planner and its plans.
std::unique_ptr<ServingPlanner> MakeServingPlanner(const RepoConfig& config, Registry& registry, OnlineStore& store);

}  // namespace feast
