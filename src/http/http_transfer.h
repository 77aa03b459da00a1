// One attempt of an HTTP request on one libcurl handle.
#pragma once

#include <chrono>
#include <string>

#include "arrow/result.h"
#include "http/http.h"
#include "http/libcurl.h"
#include "http/url.h"

namespace feast {

/// What holds for every request of a client.
struct HttpTransferSettings {
  /// Whom to trust; without one of the three, the system's certificate authorities. `ca_certificates`: PEM text, when
  /// there are several files.
  std::string ca_file, ca_folder, ca_certificates;
  /// Who said so, for messages: "AWS_CA_BUNDLE=/etc/own.pem".
  std::string ca_origin;
  /// For http:// URLs; libcurl itself reads the other proxy variables.
  std::string http_proxy;
};

/// How an attempt without an answer ended.
struct HttpTransferFailure {
  /// Nothing of the request can have reached the server.
  bool never_sent = false;
  /// Trying again may help.
  bool transient = false;
  /// Static text first: what happened, then one thing to do.
  arrow::Status status;
};

/// Sends `request` with the additional headers `authorization`, for at most `time`. Either fills `response` and returns
/// true or fills `failure`. `handle` keeps its connections for the next call.
bool TransferHttp(const LibCurl& curl, CURL* handle, const HttpTransferSettings& settings, const HttpRequest& request,
                  const HttpHeaders& authorization, std::chrono::milliseconds time, HttpResponse* response,
                  HttpTransferFailure* failure);

}  // namespace feast
