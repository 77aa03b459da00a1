#include "server/http/endpoints.h"

#include <algorithm>
#include <array>
#include <utility>

#include "feature_store/feature_store_parts.h"
#include "server/http/feature_answer.h"
#include "server/http/feature_request.h"

namespace feast {

struct Endpoints::Route {
  std::string_view path, method;
  HttpAnswer (Endpoints::*answer)(const ServerRequest&, const CallContext&);
  bool writes = false;
  bool is_long = false;
  /// For those who may not know the token: what watches over servers.
  bool is_open = false;
  bool is_quick = false;
};

namespace {

/// Values of one answer. What is held for each is a few dozen bytes.
constexpr size_t kCellsMax = 5'000'000;

bool SameToken(std::string_view given, std::string_view wanted) {
  // Takes as long for a wrong token as for a right one.
  unsigned difference = given.size() == wanted.size() ? 0 : 1;
  for (size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(wanted[i % wanted.size()]);
  }
  return difference == 0;
}

bool IsJson(std::string_view content_type) {
  const std::string_view kind = content_type.substr(0, content_type.find(';'));
  return kind.starts_with("application/json") || kind.ends_with("+json");
}

}  // namespace

const Endpoints::Route* Endpoints::FindRoute(std::string_view path) {
  static constexpr std::array<Route, 9> kRoutes = {{
      {.path = "/get-online-features", .method = "POST", .answer = &Endpoints::GetOnlineFeatures},
      {.path = "/push", .method = "POST", .answer = &Endpoints::Push, .writes = true},
      {.path = "/write-to-online-store", .method = "POST", .answer = &Endpoints::WriteToOnlineStore, .writes = true},
      {.path = "/materialize", .method = "POST", .answer = &Endpoints::Materialize, .writes = true, .is_long = true},
      {.path = "/materialize-incremental",
       .method = "POST",
       .answer = &Endpoints::MaterializeIncremental,
       .writes = true,
       .is_long = true},
      {.path = "/health", .method = "GET", .answer = &Endpoints::Health, .is_open = true},
      {.path = "/metrics", .method = "GET", .answer = &Endpoints::Metrics, .is_quick = true},
      {.path = "/docs", .method = "GET", .answer = &Endpoints::Docs, .is_quick = true},
      {.path = "/openapi.json", .method = "GET", .answer = &Endpoints::OpenApi, .is_quick = true},
  }};
  const auto found =
      std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& route) { return route.path == path; });
  return found == kRoutes.end() ? nullptr : &*found;
}

Endpoints::Endpoints(FeatureStore& store, const ServerOptions& options, ServerMetrics& metrics, std::string token)
    : store_(store), options_(options), metrics_(metrics), token_(std::move(token)) {}

bool Endpoints::IsLong(const ServerRequest& request) {
  const Route* route = FindRoute(request.path);
  return route != nullptr && route->is_long;
}

std::optional<HttpAnswer> Endpoints::Refusal(const ServerRequest& request) const {
  const Route* route = FindRoute(request.path);
  if (!token_.empty() && (route == nullptr || !route->is_open)) {
    constexpr std::string_view kBearer = "Bearer ";
    const std::string_view given = request.authorization;
    const bool is_bearer =
        given.size() > kBearer.size() && (given.starts_with(kBearer) || given.starts_with("bearer "));
    if (!is_bearer || !SameToken(given.substr(kBearer.size()), token_)) {
      HttpAnswer answer = DetailAnswer(
          401, is_bearer ? "Invalid access token" : "This server wants a token: Authorization: Bearer <token>");
      answer.headers.emplace_back("www-authenticate", "Bearer");
      return answer;
    }
  }
  if (route == nullptr) {
    const std::string_view path = request.path;
    if (path.size() > 1 && path.ends_with('/') && FindRoute(path.substr(0, path.size() - 1)) != nullptr) {
      HttpAnswer answer{.status = 307, .content_type = ""};
      answer.headers.emplace_back("location", path.substr(0, path.size() - 1));
      return answer;
    }
    return DetailAnswer(404, "Not Found");
  }
  if (request.method != route->method && !(request.method == "HEAD" && route->method == "GET")) {
    HttpAnswer answer = DetailAnswer(405, "Method Not Allowed");
    answer.headers.emplace_back("allow", route->method);
    return answer;
  }
  if (!route->writes) return std::nullopt;
  if (options_.read_only) {
    return DetailAnswer(403,
                        "This server only reads (--read-only); write through another one, or by the feast command");
  }
  // A page in somebody's browser can send other kinds of text to a server on their machine without being asked.
  if (!request.body.empty() && !IsJson(request.content_type)) {
    return DetailAnswer(422, "What writes must come with the header 'content-type: application/json'");
  }
  return std::nullopt;
}

std::optional<HttpAnswer> Endpoints::AnswerAtOnce(const ServerRequest& request, const CallContext& context) {
  if (auto refusal = Refusal(request)) return refusal;
  const Route* route = FindRoute(request.path);
  if (route->is_quick) return (this->*route->answer)(request, context);
  if (route->answer != &Endpoints::GetOnlineFeatures) return std::nullopt;
  auto& planner = store_.parts().planner;
  FeatureRequest wanted;
  if (!planner || !ReadFeatureRequest(request.body, &wanted)) return std::nullopt;
  const auto plan = planner->KnownPlanFor(wanted.shape);
  if (!plan || !plan->answers_at_once()) return std::nullopt;
  return Served(*plan, wanted, context);
}

HttpAnswer Endpoints::Answer(const ServerRequest& request, const CallContext& context) {
  if (auto refusal = Refusal(request)) return *refusal;
  const CallScope scope(context);
  return (this->*FindRoute(request.path)->answer)(request, context);
}

HttpAnswer Endpoints::GetOnlineFeatures(const ServerRequest& request, const CallContext& context) {
  FeatureRequest wanted;
  if (!ReadFeatureRequest(request.body, &wanted)) {
    wanted = FeatureRequest();
    HttpAnswer refusal;
    if (!ReadUnusualFeatureRequest(request.body, &wanted, &refusal)) return refusal;
  }
  // A service is asked for alone, as in Feast.
  if (!wanted.shape.feature_service.empty()) wanted.shape.features.clear();
  if (wanted.shape.feature_service.empty() && wanted.shape.features.empty()) {
    return TextAnswer(500, "No features specified for retrieval");
  }
  const auto plan = PlanServing(store_, wanted.shape);
  if (!plan.ok()) return ErrorAnswer(plan.status());
  return Served(**plan, wanted, context);
}

HttpAnswer Endpoints::Served(const ServingPlan& plan, const FeatureRequest& request, const CallContext& context) {
  const size_t rows = request.rows.count;
  metrics_.CountOnlineRequest(rows);
  if (rows > options_.rows_max || rows * std::max<size_t>(request.shape.features.size(), 1) > kCellsMax) {
    return TextAnswer(413, "The request has " + std::to_string(rows) +
                               " entity rows, more than this server answers at " + "once; send fewer at a time");
  }
  const auto served = plan.AnswerRows(request.rows, context);
  if (!served.ok()) return ErrorAnswer(served.status());
  HttpAnswer answer;
  const arrow::Status status = AppendAnswer(*served, &answer.body);
  return status.ok() ? answer : ErrorAnswer(status);
}

HttpAnswer Endpoints::Health(const ServerRequest& request, const CallContext& context) {
  (void)request;
  (void)context;
  const auto snapshot = store_.parts().registry->Current(true);
  return {.status = snapshot.ok() ? 200 : 503, .content_type = ""};
}

HttpAnswer Endpoints::Metrics(const ServerRequest& request, const CallContext& context) {
  (void)request;
  (void)context;
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_.Text()};
}

HttpAnswer Endpoints::Docs(const ServerRequest& request, const CallContext& context) {
  (void)request;
  (void)context;
  return {.content_type = "text/html; charset=utf-8", .body = DocsPage()};
}

HttpAnswer Endpoints::OpenApi(const ServerRequest& request, const CallContext& context) {
  (void)request;
  (void)context;
  return {.body = OpenApiText(!token_.empty())};
}

}  // namespace feast
