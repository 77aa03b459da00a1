// HTTP requests and responses as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "feast/call_context.h"

namespace feast {

/// Header fields in order; names compare without case.
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  /// "" when there is none.
  std::string Get(std::string_view name) const;
  bool Has(std::string_view name) const;
  /// Replaces the field of that name, or adds it.
  void Set(std::string name, std::string value);
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// How often a request is sent, and how long it may take.
struct HttpPatience {
  /// Sent again after connection errors, time-outs and the statuses 408, 429, 500, 502, 503 and 504.
  int attempts_max = 4;
  /// No attempt begins later than this after the first.
  std::chrono::milliseconds again_within{30'000};
  /// Pauses before further attempts are random, up to this, then twice this and so on, at most `pause_max`. The
  /// server's Retry-After counts within that bound.
  std::chrono::milliseconds pause{200}, pause_max{5000};
  std::chrono::milliseconds connect{10'000};
  /// An attempt that moves less than `rate_min_bytes` a second for this long is given up.
  std::chrono::seconds stall{20};
  int64_t rate_min_bytes = 1024;
  /// All attempts with their pauses.
  std::chrono::milliseconds total{600'000};
};

struct HttpRequest;
struct HttpResponse;
/// Gives the headers that authorize one attempt. Called before each, for signatures carry the time.
using HttpAuthorizer = std::function<arrow::Result<HttpHeaders>(const HttpRequest&)>;

struct HttpRequest {
  std::string method = "GET";
  /// Complete and percent-encoded; sent as it is.
  std::string url;
  /// A name or value with a line break or a zero byte is refused, as is a bearer token without TLS to another machine.
  HttpHeaders headers;
  std::string body;
  HttpAuthorizer authorize;
  HttpPatience patience;
  /// Whether an answer with another status may be another the next time. May be null.
  std::function<bool(const HttpResponse&)> try_again;
  /// False for what must not be sent twice: then only attempts that never reached the server are repeated.
  bool repeatable = true;
  /// False for metadata services of the machine itself, which no proxy can reach.
  bool use_proxy = true;
  /// A larger response is an error. Of one whose status is no success, 1 MiB is kept and the rest not read.
  int64_t response_bytes_max = int64_t{2} << 30;
  /// Ends the request early, with Cancelled: that of the object it is sent for, and that of the call it is part of.
  std::stop_token stop;
  CallContext context = CallContext::OfThread();

  bool is_to_end() const { return stop.stop_requested() || !context.Check().ok(); }
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
  /// An earlier attempt ended without an answer, so the server may have carried it out.
  bool earlier_attempt_unknown = false;

  bool ok() const { return status >= 200 && status < 300; }
};

}  // namespace feast
