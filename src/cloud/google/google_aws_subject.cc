#include "cloud/google/google_aws_subject.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "cloud/aws/aws_credential_chain.h"
#include "cloud/aws/aws_credential_sources.h"
#include "cloud/aws/aws_signature.h"
#include "http/url.h"
#include "nlohmann/json.hpp"
#include "text/json_text.h"

namespace feast {

namespace {

constexpr const char* kRegionMark = "{region}";

arrow::Result<std::string> Region(const GoogleCredentialContext& context) {
  ARROW_ASSIGN_OR_RAISE(const AwsProfiles profiles, AwsProfiles::Load(context.variables));
  std::string region = AwsRegion(context.variables, profiles);
  if (!region.empty()) return region;
  ARROW_ASSIGN_OR_RAISE(region, AwsInstanceRegion({context.variables, profiles, context.http}));
  if (region.empty()) {
    return arrow::Status::Invalid("the external account is AWS's, but the AWS region is unknown. Set AWS_REGION");
  }
  return region;
}

/// Google names Authorization so, and all others in lower case.
std::string KeyOf(std::string header) {
  if (header == "Authorization") return header;
  std::transform(header.begin(), header.end(), header.begin(), [](unsigned char c) { return std::tolower(c); });
  return header;
}

}  // namespace

arrow::Result<std::string> AwsSubjectToken(const GoogleCredentialContext& context, std::string verification_url,
                                           const std::string& audience) {
  ARROW_ASSIGN_OR_RAISE(const AwsCredentials credentials, FindAwsCredentials(context.variables, context.http));
  ARROW_ASSIGN_OR_RAISE(const std::string region, Region(context));
  if (const size_t mark = verification_url.find(kRegionMark); mark != std::string::npos) {
    verification_url.replace(mark, std::string(kRegionMark).size(), region);
  }
  HttpRequest request;
  request.method = "POST";
  request.url = std::move(verification_url);
  request.headers.Set("x-goog-cloud-target-resource", audience);
  ARROW_ASSIGN_OR_RAISE(const HttpUrl url, ParseHttpUrl(request.url));
  ARROW_ASSIGN_OR_RAISE(const HttpHeaders signature,
                        SignForAws(request, credentials, {region, "sts"}, std::chrono::system_clock::now()));
  nlohmann::json headers = nlohmann::json::array({{{"key", "host"}, {"value", url.authority}}});
  headers.push_back({{"key", "x-goog-cloud-target-resource"}, {"value", audience}});
  for (const auto& [name, value] : signature.fields()) headers.push_back({{"key", KeyOf(name)}, {"value", value}});
  const nlohmann::json subject{{"url", request.url}, {"method", request.method}, {"headers", std::move(headers)}};
  return PercentEncode(JsonText(subject));
}

}  // namespace feast
