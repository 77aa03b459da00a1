#include "cloud/aws/aws_signature.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "cloud/digest.h"
#include "http/url.h"
#include "system/variables.h"

namespace feast {

namespace {

constexpr const char* kAlgorithm = "AWS4-HMAC-SHA256";

/// Parameters sorted by name, then value, each encoded once.
std::string CanonicalQuery(const std::string& query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (size_t start = 0; start < query.size();) {
    const size_t end = std::min(query.find('&', start), query.size());
    const std::string parameter = query.substr(start, end - start);
    const size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string value = equals < parameter.size() ? parameter.substr(equals + 1) : "";
    parameters.emplace_back(PercentEncode(PercentDecode(parameter.substr(0, equals))),
                            PercentEncode(PercentDecode(value)));
    start = end + 1;
  }
  std::sort(parameters.begin(), parameters.end());
  std::string canonical;
  for (const auto& [name, value] : parameters) canonical += (canonical.empty() ? "" : "&") + name + "=" + value;
  return canonical;
}

/// A header's value with runs of spaces made one.
std::string CanonicalValue(const std::string& value) {
  std::string canonical;
  for (const char c : Trimmed(value)) {
    if (c != ' ' || canonical.empty() || canonical.back() != ' ') canonical += c;
  }
  return canonical;
}

/// Lower-case names with their values, sorted.
std::vector<std::pair<std::string, std::string>> CanonicalHeaders(const HttpHeaders& headers) {
  std::vector<std::pair<std::string, std::string>> canonical;
  for (const auto& [name, value] : headers.fields()) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    canonical.emplace_back(std::move(lower), CanonicalValue(value));
  }
  std::sort(canonical.begin(), canonical.end());
  return canonical;
}

arrow::Result<std::string> SigningKey(const AwsCredentials& credentials, const AwsSigningScope& scope,
                                      const std::string& date) {
  ARROW_ASSIGN_OR_RAISE(std::string key, HmacSha256("AWS4" + credentials.secret_access_key.Reveal(), date));
  for (const std::string& part : {scope.region, scope.service, std::string("aws4_request")}) {
    ARROW_ASSIGN_OR_RAISE(key, HmacSha256(key, part));
  }
  return key;
}

}  // namespace

arrow::Result<HttpHeaders> SignForAws(const HttpRequest& request, const AwsCredentials& credentials,
                                      const AwsSigningScope& scope, CloudTime now) {
  ARROW_ASSIGN_OR_RAISE(const HttpUrl url, ParseHttpUrl(request.url));
  const std::string time = BasicIsoTime(now), date = time.substr(0, 8);
  ARROW_ASSIGN_OR_RAISE(const std::string body_digest, Sha256(request.body));
  HttpHeaders added{{"X-Amz-Date", time}};
  if (scope.service == "s3") added.Set("X-Amz-Content-Sha256", Hex(body_digest));
  if (!credentials.session_token.empty()) added.Set("X-Amz-Security-Token", credentials.session_token.Reveal());

  HttpHeaders all = request.headers;
  all.Set("Host", url.authority);
  for (const auto& [name, value] : added.fields()) all.Set(name, value);
  std::string header_lines, signed_names;
  for (const auto& [name, value] : CanonicalHeaders(all)) {
    header_lines += name + ":" + value + "\n";
    signed_names += (signed_names.empty() ? "" : ";") + name;
  }
  // S3 takes the path as it is sent; everyone else encodes it once more.
  const std::string path = scope.service == "s3" ? url.path : PercentEncode(url.path, "/");
  const std::string canonical = request.method + "\n" + path + "\n" + CanonicalQuery(url.query) + "\n" + header_lines +
                                "\n" + signed_names + "\n" + Hex(body_digest);

  const std::string scope_text = date + "/" + scope.region + "/" + scope.service + "/aws4_request";
  ARROW_ASSIGN_OR_RAISE(const std::string canonical_digest, Sha256(canonical));
  ARROW_ASSIGN_OR_RAISE(const std::string key, SigningKey(credentials, scope, date));
  ARROW_ASSIGN_OR_RAISE(const std::string signature, HmacSha256(key, std::string(kAlgorithm) + "\n" + time + "\n" +
                                                                         scope_text + "\n" + Hex(canonical_digest)));
  added.Set("Authorization", std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + "/" + scope_text +
                                 ", SignedHeaders=" + signed_names + ", Signature=" + Hex(signature));
  return added;
}

}  // namespace feast
