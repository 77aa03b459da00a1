#include "http/http_transfer.h"

#include <signal.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "system/variables.h"

namespace feast {

namespace {

/// Writing to a connection that the server closed raises SIGPIPE, which would end the program.
class PipeSignalBlocked {
 public:
  PipeSignalBlocked() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~PipeSignalBlocked() {
    const timespec no_time{};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &no_time);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  PipeSignalBlocked(const PipeSignalBlocked&) = delete;
  PipeSignalBlocked& operator=(const PipeSignalBlocked&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_;
};

/// Of an answer that is no success, and of all headers together.
constexpr size_t kErrorBytesMax = 1 << 20;
constexpr size_t kHeaderBytesMax = 1 << 20;
/// Room made at once for a body whose length is announced.
constexpr int64_t kReservedBytesMax = 64 << 20;

struct Reception {
  HttpResponse* response;
  int64_t bytes_max;
  const HttpRequest* request;
  bool too_large = false;
  /// As much of an error answer as is wanted is there.
  bool has_enough = false;
  /// Of the answer that is being read.
  int status = 0;
  size_t header_bytes = 0;
};

size_t TakeErrorBody(std::string_view data, Reception* reception) {
  std::string& body = reception->response->body;
  body.append(data.substr(0, kErrorBytesMax - body.size()));
  if (body.size() < kErrorBytesMax) return data.size();
  reception->has_enough = true;
  return 0;
}

size_t TakeBody(char* data, size_t, size_t size, void* to) {
  auto& reception = *static_cast<Reception*>(to);
  if (reception.status >= 300) return TakeErrorBody({data, size}, &reception);
  std::string& body = reception.response->body;
  if (static_cast<int64_t>(body.size() + size) > reception.bytes_max) {
    reception.too_large = true;
    return 0;
  }
  if (body.empty()) {
    const std::string length = reception.response->headers.Get("Content-Length");
    int64_t announced = 0;
    std::from_chars(length.data(), length.data() + length.size(), announced);
    body.reserve(static_cast<size_t>(std::clamp<int64_t>(announced, 0, kReservedBytesMax)));
  }
  body.append(data, size);
  return size;
}

/// 404 of "HTTP/1.1 404 Not Found"; 0 for what is none.
int StatusOf(std::string_view line) {
  int status = 0;
  line.remove_prefix(std::min(line.find(' '), line.size()));
  while (line.starts_with(' ')) line.remove_prefix(1);
  std::from_chars(line.data(), line.data() + line.size(), status);
  return status;
}

size_t TakeHeader(char* data, size_t, size_t size, void* to) {
  auto& reception = *static_cast<Reception*>(to);
  const std::string_view line(data, size);
  reception.header_bytes += size;
  if (reception.header_bytes > kHeaderBytesMax) {
    reception.too_large = true;
    return 0;
  }
  // A new status line: what came before belongs to an interim answer.
  if (line.starts_with("HTTP/")) {
    reception.response->headers = {};
    reception.status = StatusOf(line);
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  reception.response->headers.Set(std::string(line.substr(0, colon)), Trimmed(std::string(line.substr(colon + 1))));
  return size;
}

int StopWhenAsked(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Reception*>(to)->request->is_to_end() ? 1 : 0;
}

/// What libcurl's error means to a user: what to do, and whether another attempt may help.
struct ErrorAdvice {
  CURLcode code;
  bool transient;
  /// The request cannot have reached the server.
  bool never_sent;
  const char* advice;
};

constexpr const char* kTrust =
    "If the server's certificate is signed by an authority of your own, name its file in AWS_CA_BUNDLE, "
    "REQUESTS_CA_BUNDLE or SSL_CERT_FILE";
constexpr const char* kReach = "Check the address, the network and any proxy, then try again";

constexpr ErrorAdvice kAdvice[] = {
    {CURLE_COULDNT_RESOLVE_HOST, true, true, "Check the host name, or the network if it is right"},
    {CURLE_COULDNT_RESOLVE_PROXY, true, true, "Check the proxy in http_proxy, https_proxy or all_proxy"},
    {CURLE_COULDNT_CONNECT, true, true, kReach},
    {CURLE_OPERATION_TIMEDOUT, true, false, kReach},
    {CURLE_GOT_NOTHING, true, false, kReach},
    {CURLE_SEND_ERROR, true, false, kReach},
    {CURLE_RECV_ERROR, true, false, kReach},
    {CURLE_PARTIAL_FILE, true, false, kReach},
    {CURLE_HTTP2, true, false, kReach},
    {CURLE_HTTP2_STREAM, true, false, kReach},
    {CURLE_SSL_CONNECT_ERROR, true, true, "Check that the server speaks TLS at this address (https:// or http://)"},
    {CURLE_PEER_FAILED_VERIFICATION, false, true, kTrust},
    {CURLE_SSL_CACERT_BADFILE, false, true, "Check the file of certificate authorities"},
};

/// Scheme, host and port: path and query may hold what is not for everyone's eyes.
std::string Origin(const std::string& url) {
  const auto parsed = ParseHttpUrl(url);
  return parsed.ok() ? parsed->origin() : "the server";
}

HttpTransferFailure Describe(const LibCurl& curl, CURLcode code, const char* detail, const Reception& reception,
                             const HttpTransferSettings& settings, const HttpRequest& request) {
  const std::string origin = Origin(request.url);
  if (reception.too_large) {
    return {false, false,
            arrow::Status::IOError(
                "The answer is larger than ",
                reception.header_bytes > kHeaderBytesMax ? static_cast<int64_t>(kHeaderBytesMax) : reception.bytes_max,
                " bytes. Server: ", origin)};
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return {false, false, arrow::Status::Cancelled("The request was given up. Server: ", origin)};
  }
  const std::string reason = *detail != '\0' ? detail : curl.easy_strerror(code);
  const auto* found = std::find_if(std::begin(kAdvice), std::end(kAdvice),
                                   [code](const ErrorAdvice& candidate) { return candidate.code == code; });
  if (found == std::end(kAdvice)) {
    return {false, false, arrow::Status::IOError("Cannot talk to ", origin, ": ", reason)};
  }
  std::string trust;
  if (!settings.ca_origin.empty() && (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)) {
    trust = " (trusted authorities: " + settings.ca_origin + ")";
  }
  return {found->never_sent, found->transient,
          arrow::Status::IOError("Cannot reach ", origin, ": ", reason, trust, ". ", found->advice)};
}

/// The header list for libcurl; an empty value means "send no such header".
curl_slist* HeaderList(const LibCurl& curl, const HttpRequest& request, const HttpHeaders& authorization) {
  curl_slist* list = nullptr;
  const auto add = [&](const HttpHeaders& headers) {
    for (const auto& [name, value] : headers.fields()) {
      // "Name;" is libcurl's way to write a header without a value.
      list = curl.slist_append(list, (value.empty() ? name + ";" : name + ": " + value).c_str());
    }
  };
  add(request.headers);
  add(authorization);
  if (!request.headers.Has("Content-Type")) list = curl.slist_append(list, "Content-Type:");
  return curl.slist_append(list, "Expect:");
}

void SetAuthorities(const LibCurl& curl, CURL* handle, const HttpTransferSettings& settings) {
  if (!settings.ca_folder.empty()) curl.easy_setopt(handle, CURLOPT_CAPATH, settings.ca_folder.c_str());
  if (!settings.ca_file.empty()) curl.easy_setopt(handle, CURLOPT_CAINFO, settings.ca_file.c_str());
  if (!settings.ca_certificates.empty()) {
    curl_blob certificates{const_cast<char*>(settings.ca_certificates.data()), settings.ca_certificates.size(),
                           CURL_BLOB_NOCOPY};
    curl.easy_setopt(handle, CURLOPT_CAINFO_BLOB, &certificates);
  }
}

void SetRequest(const LibCurl& curl, CURL* handle, const HttpRequest& request) {
  curl.easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl.easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  const bool has_body = !request.body.empty() || request.method == "PUT" || request.method == "POST";
  if (request.method == "HEAD") {
    curl.easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    curl.easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl.easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl.easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void SetPatience(const LibCurl& curl, CURL* handle, const HttpPatience& patience, std::chrono::milliseconds time) {
  curl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience.connect.count()));
  curl.easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  curl.easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(patience.rate_min_bytes));
  curl.easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(patience.stall.count()));
}

void SetProxy(const LibCurl& curl, CURL* handle, const HttpTransferSettings& settings, const HttpRequest& request) {
  if (!request.use_proxy) {
    curl.easy_setopt(handle, CURLOPT_NOPROXY, "*");
  } else if (!settings.http_proxy.empty() && request.url.starts_with("http://")) {
    curl.easy_setopt(handle, CURLOPT_PROXY, settings.http_proxy.c_str());
  }
}

}  // namespace

bool TransferHttp(const LibCurl& curl, CURL* handle, const HttpTransferSettings& settings, const HttpRequest& request,
                  const HttpHeaders& authorization, std::chrono::milliseconds time, HttpResponse* response,
                  HttpTransferFailure* failure) {
  Reception reception{response, request.response_bytes_max, &request};
  char detail[CURL_ERROR_SIZE] = "";
  curl.easy_reset(handle);
  SetRequest(curl, handle, request);
  SetPatience(curl, handle, request.patience, time);
  SetProxy(curl, handle, settings, request);
  SetAuthorities(curl, handle, settings);
  curl_slist* const headers = HeaderList(curl, request, authorization);
  curl.easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl.easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
  curl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, &TakeBody);
  curl.easy_setopt(handle, CURLOPT_WRITEDATA, &reception);
  curl.easy_setopt(handle, CURLOPT_HEADERFUNCTION, &TakeHeader);
  curl.easy_setopt(handle, CURLOPT_HEADERDATA, &reception);
  curl.easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl.easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &StopWhenAsked);
  curl.easy_setopt(handle, CURLOPT_XFERINFODATA, &reception);

  CURLcode code = CURLE_OK;
  {
    const PipeSignalBlocked blocked;
    code = curl.easy_perform(handle);
  }
  long status = 0;
  curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  // Nothing of this frame may be left behind in the handle.
  curl.easy_reset(handle);
  curl.slist_free_all(headers);
  if (code == CURLE_OK || reception.has_enough) {
    response->status = static_cast<int>(status);
    return true;
  }
  *failure = Describe(curl, code, detail, reception, settings, request);
  return false;
}

}  // namespace feast
