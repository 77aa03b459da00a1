#include "http/http_client.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <random>
#include <vector>

#include "http/http_transfer.h"
#include "http/url.h"

namespace feast {

namespace {

/// All authorities that the environment names: where one variable is set for the whole machine, another one still adds
/// the user's own. A file that cannot be read is left to libcurl, which says so.
void FindAuthorities(const Variables& variables, HttpTransferSettings* settings) {
  std::vector<std::string> files;
  for (const char* name : {"AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"}) {
    const std::string path = variables(name);
    std::error_code ignored;
    const bool is_folder = !path.empty() && std::filesystem::is_directory(path, ignored);
    if (path.empty() || std::find(files.begin(), files.end(), path) != files.end()) continue;
    if (is_folder) {
      if (!settings->ca_folder.empty()) continue;
      settings->ca_folder = path;
    } else {
      files.push_back(path);
    }
    settings->ca_origin += (settings->ca_origin.empty() ? "" : ", ") + std::string(name) + "=" + path;
  }
  if (files.empty()) return;
  settings->ca_file = files.front();
  if (files.size() == 1) return;
  for (const std::string& path : files) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      settings->ca_file = path;
      settings->ca_certificates.clear();
      return;
    }
    settings->ca_certificates.append(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    settings->ca_certificates += '\n';
  }
  settings->ca_file.clear();
}

HttpTransferSettings SettingsFrom(const Variables& variables) {
  HttpTransferSettings settings;
  FindAuthorities(variables, &settings);
  // In a CGI program HTTP_PROXY is what a client sent in a "Proxy:" header.
  if (variables("http_proxy").empty() && variables("REQUEST_METHOD").empty()) {
    settings.http_proxy = variables("HTTP_PROXY");
  }
  return settings;
}

/// How long the end of its call may go unnoticed by a request that pauses.
constexpr std::chrono::milliseconds kPauseInterval{50};

bool IsTransient(int status) {
  switch (status) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return false;
  }
}

/// Seconds the server asks for; 0 when it does not.
std::chrono::milliseconds RetryAfter(const HttpResponse& response) {
  const std::string text = response.headers.Get("Retry-After");
  int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(std::clamp<int64_t>(seconds, 0, 3600));
}

/// A line break in a value would begin a header of its own.
arrow::Status CheckHeaders(const HttpHeaders& headers, const HttpUrl& url) {
  constexpr std::string_view kBreaks("\r\n\0", 3);
  for (const auto& [name, value] : headers.fields()) {
    if (name.find_first_of(kBreaks) != std::string::npos) {
      return arrow::Status::Invalid("The name of an HTTP header holds a line break. Take it out of the setting");
    }
    if (value.find_first_of(kBreaks) != std::string::npos) {
      return arrow::Status::Invalid(
          "The value of an HTTP header holds a line break. Take it out of the setting that gives it: ", name);
    }
  }
  // Whoever reads a bearer token on its way can use it.
  if (headers.Get("Authorization").starts_with("Bearer ") && url.scheme != "https" && !IsLoopback(url.host())) {
    return arrow::Status::Invalid("A bearer token is sent only over TLS, or to this machine. Use https:// for ",
                                  url.origin());
  }
  return arrow::Status::OK();
}

/// Random, so that clients which failed together do not come back together.
std::chrono::milliseconds PauseAfter(int attempt, const HttpPatience& patience, const HttpResponse& response) {
  static thread_local std::minstd_rand random(std::random_device{}());
  const int64_t longest =
      std::min<int64_t>(patience.pause_max.count(), patience.pause.count() << std::min(attempt - 1, 16));
  const std::chrono::milliseconds pause(std::uniform_int_distribution<int64_t>(longest / 2, longest)(random));
  return std::min(std::max(pause, RetryAfter(response)), patience.pause_max);
}

/// False when the request is to end meanwhile.
bool Pause(std::chrono::milliseconds pause, const HttpRequest& request) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  const Deadline over = Deadline::After(pause);
  while (!request.is_to_end() && !over.has_passed()) {
    wake.wait_for(lock, request.stop, over.LeftUpTo(kPauseInterval), [] { return false; });
  }
  return !request.is_to_end();
}

}  // namespace

/// Handles with their open connections, while no request uses them.
class HttpClient::Connections {
 public:
  explicit Connections(HttpTransferSettings settings) : settings_(std::move(settings)) {}
  ~Connections() {
    // A forked child must not say good-bye on its parent's connections.
    if (owner_ != getpid()) return;
    for (CURL* handle : idle_) curl_->easy_cleanup(handle);
  }
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  bool Transfer(const LibCurl& curl, const HttpRequest& request, const HttpHeaders& authorization,
                std::chrono::milliseconds time, HttpResponse* response, HttpTransferFailure* failure) {
    CURL* const handle = Take(curl);
    const bool answered = TransferHttp(curl, handle, settings_, request, authorization, time, response, failure);
    const std::lock_guard lock(mutex_);
    idle_.push_back(handle);
    return answered;
  }

 private:
  CURL* Take(const LibCurl& curl) {
    const std::lock_guard lock(mutex_);
    curl_ = &curl;
    if (owner_ != getpid()) {
      idle_.clear();
      owner_ = getpid();
    }
    if (idle_.empty()) return curl.easy_init();
    CURL* const handle = idle_.back();
    idle_.pop_back();
    return handle;
  }

  const HttpTransferSettings settings_;
  std::mutex mutex_;
  const LibCurl* curl_ = nullptr;
  std::vector<CURL*> idle_;
  pid_t owner_ = getpid();
};

HttpClient::HttpClient(const Variables& variables)
    : connections_(std::make_unique<Connections>(SettingsFrom(variables))) {}

HttpClient::~HttpClient() = default;

arrow::Result<HttpResponse> HttpClient::Send(const HttpRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const LibCurl* const curl, LoadLibCurl());
  ARROW_ASSIGN_OR_RAISE(const HttpUrl url, ParseHttpUrl(request.url));
  ARROW_RETURN_NOT_OK(CheckHeaders(request.headers, url));
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  };
  bool earlier_attempt_unknown = false;
  for (int attempt = 1;; ++attempt) {
    HttpHeaders authorization;
    if (request.authorize) {
      ARROW_ASSIGN_OR_RAISE(authorization, request.authorize(request));
      ARROW_RETURN_NOT_OK(CheckHeaders(authorization, url));
    }
    HttpResponse response;
    HttpTransferFailure failure;
    constexpr std::chrono::milliseconds kLeast{1};
    const auto left = std::max(request.patience.total - elapsed(), kLeast);
    const auto time = std::max(request.context.deadline.LeftUpTo(left), kLeast);
    const bool answered = connections_->Transfer(*curl, request, authorization, time, &response, &failure);
    const bool last = attempt >= request.patience.attempts_max ||
                      elapsed() >= std::min(request.patience.again_within, request.patience.total);
    response.earlier_attempt_unknown = earlier_attempt_unknown;
    const auto is_passing = [&] {
      return IsTransient(response.status) || (request.try_again && request.try_again(response));
    };
    if (answered && (last || !request.repeatable || !is_passing())) return response;
    if (!answered) {
      if (request.is_to_end()) return arrow::Status::Cancelled("The request was given up");
      if (last || !failure.transient || !(request.repeatable || failure.never_sent)) return failure.status;
      if (!failure.never_sent) earlier_attempt_unknown = true;
    } else if (response.status >= 500 || response.status == 408) {
      earlier_attempt_unknown = true;
    }
    if (!Pause(PauseAfter(attempt, request.patience, response), request)) {
      return arrow::Status::Cancelled("The request was given up");
    }
  }
}

}  // namespace feast
