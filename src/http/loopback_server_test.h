// A small HTTP server on loopback that answers as a test says, and remembers what it was asked.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/http.h"
#include "system/variables.h"

namespace feast {

struct ReceivedRequest {
  std::string method, target;
  HttpHeaders headers;
  std::string body;
};

struct ServedResponse {
  int status = 200;
  std::string body = {};
  HttpHeaders headers = {};
  /// Close the connection without an answer.
  bool hang_up = false;
  /// Announce this many bytes more than are sent.
  size_t bytes_missing = 0;
};

class LoopbackServer {
 public:
  using Handler = std::function<ServedResponse(const ReceivedRequest&)>;
  /// Listens on a free port. `handler` runs in the server's thread, one request after the other.
  explicit LoopbackServer(Handler handler);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  /// "127.0.0.1:port"
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return "http://" + address(); }
  std::vector<ReceivedRequest> requests() const;

 private:
  void Serve();
  void Answer(int connection);

  Handler handler_;
  int socket_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<ReceivedRequest> requests_;
  std::thread thread_;
};

/// Variables that hold these values and no others.
Variables FixedVariables(std::map<std::string, std::string> values);

}  // namespace feast
