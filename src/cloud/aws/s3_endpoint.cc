#include "cloud/aws/s3_endpoint.h"

#include "http/url.h"

namespace feast {

std::string S3Endpoint::ObjectUrl(const std::string& bucket, const std::string& key, const std::string& region) const {
  const std::string path = "/" + PercentEncode(key, "/");
  if (!custom.empty() && virtual_host) {
    const size_t host_start = custom.find("://") + 3;
    return custom.substr(0, host_start) + bucket + "." + custom.substr(host_start) + path;
  }
  if (!custom.empty()) return custom + "/" + bucket + path;
  const std::string host = std::string("s3") + (fips ? "-fips" : "") + (dual_stack ? ".dualstack" : "") + "." + region +
                           "." + AwsDomain(region);
  if (bucket.find('.') != std::string::npos) return "https://" + host + "/" + bucket + path;
  return "https://" + bucket + "." + host + path;
}

arrow::Result<S3Endpoint> FindS3Endpoint(const std::string& endpoint, const std::string& source,
                                         const Variables& variables, const AwsProfiles& profiles) {
  S3Endpoint found{endpoint, source};
  if (found.custom.empty()) found.custom = AwsEndpoint(variables, profiles, "S3", "s3", &found.source);
  if (!found.custom.empty()) {
    const auto url = ParseHttpUrl(found.custom);
    if (!url.ok()) return url.status().WithMessage(found.source, ": ", url.status().message());
    // A default port and a slash at the end would stand in the signed path and host.
    found.custom = url->origin() + url->path;
    while (found.custom.ends_with('/')) found.custom.pop_back();
    return found;
  }
  const auto is_set = [&](const char* variable, const char* setting) {
    const std::string value = variables(variable);
    return IsTrue(value.empty() ? profiles.Setting(setting) : value);
  };
  found.fips = is_set("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
  found.dual_stack = is_set("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
  return found;
}

}  // namespace feast
