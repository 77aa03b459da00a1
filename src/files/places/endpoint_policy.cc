#include "files/places/endpoint_policy.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "http/url.h"

namespace feast::scan {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string Port(const std::string& authority) {
  const size_t colon = authority.rfind(':');
  return colon == std::string::npos || authority.ends_with(']') ? "" : authority.substr(colon + 1);
}

/// Whether the entry names the server; without a scheme or a port it names it with any.
bool Names(const std::string& entry, const HttpUrl& url) {
  const bool has_scheme = entry.find("://") != std::string::npos;
  const auto parsed = ParseHttpUrl(has_scheme ? entry : url.scheme + "://" + entry);
  if (!parsed.ok() || parsed->scheme != url.scheme || Lower(parsed->host()) != Lower(url.host())) return false;
  if (!has_scheme && Port(parsed->authority).empty()) return true;
  return Port(parsed->authority) == Port(url.authority);
}

/// S3 and Google's store themselves. Of amazonaws.com other names lead to servers that anybody may rent.
bool IsCloudsOwn(const HttpUrl& url) {
  const std::string host = Lower(url.host());
  if (url.scheme != "https" || !Port(url.authority).empty()) return false;
  if (host.ends_with(".googleapis.com")) return host.starts_with("storage");
  if (!host.ends_with(".amazonaws.com") && !host.ends_with(".amazonaws.com.cn")) return false;
  bool is_s3 = false;
  for (size_t start = 0; start < host.size();) {
    const size_t end = std::min(host.find('.', start), host.size());
    const std::string_view label = std::string_view(host).substr(start, end - start);
    if (label == "execute-api" || label == "elb" || label == "compute" || label == "lambda-url") return false;
    is_s3 = is_s3 || label == "s3" || label.starts_with("s3-");
    start = end + 1;
  }
  return is_s3;
}

}  // namespace

arrow::Result<EndpointTrust> CheckEndpoint(const std::string& endpoint, const std::vector<std::string>& named) {
  ARROW_ASSIGN_OR_RAISE(const HttpUrl url, ParseHttpUrl(endpoint));
  const bool is_named =
      std::any_of(named.begin(), named.end(), [&](const std::string& entry) { return Names(entry, url); });
  if (is_named || IsCloudsOwn(url)) return EndpointTrust::kNamed;
  if (IsLoopback(url.host())) return EndpointTrust::kLoopback;
  return arrow::Status::Invalid("Only the data source names the server ", url.origin(),
                                ", so it is sent no credentials. If it may have them, add to feature_store.yaml: "
                                "`allowed_endpoints: [\"",
                                url.origin(), "\"]`");
}

std::vector<std::string> AllowedEndpoints(const RepoConfig& config) {
  std::vector<std::string> endpoints;
  const auto found = config.extra.find("allowed_endpoints");
  const auto* list = found == config.extra.end() ? nullptr : found->second.As<ConfigValue::List>();
  if (list == nullptr) return endpoints;
  for (const ConfigValue& each : *list) {
    if (const auto* text = each.As<std::string>()) endpoints.push_back(*text);
  }
  return endpoints;
}

}  // namespace feast::scan
