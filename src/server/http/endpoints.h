// What Feast's feature server answers to, whatever carries the requests.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "feast/feature_store.h"
#include "server/http/exchange.h"
#include "server/http/metrics.h"
#include "server/server.h"

namespace feast {

struct FeatureRequest;
class ServingPlan;

/// Thread-safe.
class Endpoints {
 public:
  /// `token`: what callers must bring; "" for none. What is given must outlive this.
  Endpoints(FeatureStore& store, const ServerOptions& options, ServerMetrics& metrics, std::string token);
  /// Ends materializations that nobody waits for; what they have written stays.
  ~Endpoints();

  /// The answer, where giving it waits for nothing: no other machine, no function, no registry.
  std::optional<HttpAnswer> AnswerAtOnce(const ServerRequest& request, const CallContext& context);
  /// Any answer. May take as long as `context` allows, and longer for what writes.
  HttpAnswer Answer(const ServerRequest& request, const CallContext& context);
  /// Whether the request takes minutes rather than moments.
  static bool IsLong(const ServerRequest& request);

 private:
  struct Route;
  static const Route* FindRoute(std::string_view path);
  /// What is said before anybody looks at the body: wrong paths, methods and tokens.
  std::optional<HttpAnswer> Refusal(const ServerRequest& request) const;

  HttpAnswer GetOnlineFeatures(const ServerRequest& request, const CallContext& context);
  HttpAnswer Served(const ServingPlan& plan, const FeatureRequest& request, const CallContext& context);
  HttpAnswer Push(const ServerRequest& request, const CallContext& context);
  HttpAnswer WriteToOnlineStore(const ServerRequest& request, const CallContext& context);
  HttpAnswer Materialize(const ServerRequest& request, const CallContext& context);
  HttpAnswer MaterializeIncremental(const ServerRequest& request, const CallContext& context);
  HttpAnswer RunMaterialization(const ServerRequest& request, const MaterializeRequest& wanted);
  arrow::Status MaterializeNow(const std::vector<ViewInterval>& planned);
  HttpAnswer Health(const ServerRequest& request, const CallContext& context);
  HttpAnswer Metrics(const ServerRequest& request, const CallContext& context);
  HttpAnswer Docs(const ServerRequest& request, const CallContext& context);
  HttpAnswer OpenApi(const ServerRequest& request, const CallContext& context);

  FeatureStore& store_;
  const ServerOptions& options_;
  ServerMetrics& metrics_;
  const std::string token_;
  std::mutex mutex_;
  /// Views that are being materialized by this server.
  std::set<std::string> materializing_;
  /// Those that answer before they are done.
  std::vector<std::thread> background_;
  std::stop_source stop_;
};

/// What /openapi.json and /docs show.
std::string OpenApiText(bool needs_token);
std::string DocsPage();

}  // namespace feast
