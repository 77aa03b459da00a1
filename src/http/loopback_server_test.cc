#include "http/loopback_server_test.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace feast {

namespace {

/// Up to the blank line, and then as much body as is announced.
bool Receive(int connection, ReceivedRequest* request) {
  std::string text;
  size_t head_end = std::string::npos, body_size = 0;
  while (head_end == std::string::npos || text.size() < head_end + 4 + body_size) {
    char block[8192];
    const ssize_t got = recv(connection, block, sizeof(block), 0);
    if (got <= 0) return false;
    // A TLS client's greeting.
    if (text.empty() && block[0] == 0x16) return false;
    text.append(block, static_cast<size_t>(got));
    if (head_end != std::string::npos) continue;
    head_end = text.find("\r\n\r\n");
    if (head_end == std::string::npos) continue;
    std::istringstream lines(text.substr(0, head_end));
    lines >> request->method >> request->target;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
      const size_t colon = line.find(':');
      request->headers.Set(line.substr(0, colon), Trimmed(line.substr(colon + 1)));
    }
    body_size = static_cast<size_t>(std::atoll(request->headers.Get("Content-Length").c_str()));
  }
  request->body = text.substr(head_end + 4);
  return true;
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler)
    : handler_(std::move(handler)), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 16) != 0) std::abort();
  getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

LoopbackServer::~LoopbackServer() {
  shutdown(socket_, SHUT_RDWR);
  thread_.join();
  close(socket_);
}

std::vector<ReceivedRequest> LoopbackServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void LoopbackServer::Serve() {
  while (true) {
    const int connection = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    Answer(connection);
    close(connection);
  }
}

void LoopbackServer::Answer(int connection) {
  ReceivedRequest request;
  if (!Receive(connection, &request)) return;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const ServedResponse response = handler_(request);
  if (response.hang_up) return;
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " Status\r\nConnection: close\r\n";
  for (const auto& [name, value] : response.headers.fields())
    text.append(name).append(": ").append(value).append("\r\n");
  if (response.status != 304) {
    text += "Content-Length: " + std::to_string(response.body.size() + response.bytes_missing) + "\r\n";
  }
  text += "\r\n" + response.body;
  for (size_t sent = 0; sent < text.size();) {
    const ssize_t count = send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<size_t>(count);
  }
}

Variables FixedVariables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  };
}

}  // namespace feast
