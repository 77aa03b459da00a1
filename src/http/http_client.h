// Sends HTTP requests: time-outs, bounded retries, connections kept open, proxies and certificates as the environment
// says.
//
// libcurl does the work. It is loaded on the first request, so that commands which send none don't pay for it.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "http/http.h"
#include "system/variables.h"

namespace feast {

/// Safe to use from several threads, and in a forked child.
class HttpClient {
 public:
  /// Proxies: http_proxy, https_proxy, all_proxy, no_proxy and the same in capitals. Certificate authorities: all
  /// files in AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and SSL_CERT_FILE, and the first folder in one of them
  /// or SSL_CERT_DIR; else the system's.
  explicit HttpClient(const Variables& variables = ProcessVariables());
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Any status is a response, whatever it says; redirects are not followed, so that no credential goes to a host that
  /// the caller did not name. IOError when no answer came after all attempts; the message names the scheme, host and
  /// port, never path or query, which may hold secrets. Invalid for headers that must not be sent.
  arrow::Result<HttpResponse> Send(const HttpRequest& request);

 private:
  class Connections;

  std::unique_ptr<Connections> connections_;
};

}  // namespace feast
