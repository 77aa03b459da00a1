// One client's connection: bytes in, requests out of them, answers back, one after the other.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "server/http/access_log.h"
#include "server/http/endpoints.h"
#include "server/http/tls.h"
#include "server/server.h"

namespace feast {

/// Sockets of a worker, whose context one thread runs.
using WorkerSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// What the connections of a server share.
struct ConnectionHost {
  const ServerOptions& options;
  Endpoints& endpoints;
  ServerMetrics& metrics;
  AccessLog& log;
  /// For answers that wait: short ones, and materializations, which must not keep those from their turn.
  boost::asio::thread_pool& pool;
  boost::asio::thread_pool& long_pool;
  std::stop_token stop;
  std::atomic<bool> is_closing = false;
};

/// Everything but Answer's work is done by the thread of the socket's worker.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  /// `tls`: nullptr for plain connections.
  Connection(WorkerSocket socket, ConnectionHost& host, std::unique_ptr<ServerTls> tls);
  ~Connection();
  Connection(const Connection&) = delete;

  void Start();
  /// Ends what takes too long, and, when the server closes, what waits for nothing.
  void Look(Clock::time_point now);

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class State { kIdle, kReading, kAnswering, kWriting };

  void NewParser();
  void Read();
  void Received(std::string_view bytes);
  /// Goes on with what has come.
  void Parse();
  void Refuse(int status, std::string_view detail);
  void Handle();
  void Answered(HttpAnswer answer);
  void Send(std::string bytes, bool then_close);
  void Written(bool ok, bool then_close);
  void Close();

  WorkerSocket socket_;
  ConnectionHost& host_;
  const std::unique_ptr<ServerTls> tls_;
  std::array<char, 1 << 14> received_;
  /// What has come and is not yet parsed.
  std::string in_;
  std::string out_;
  std::optional<Parser> parser_;
  bool told_to_continue_ = false;
  ServerRequest request_;
  bool keep_alive_ = true;
  State state_ = State::kIdle;
  /// When this state has lasted too long.
  Clock::time_point deadline_;
  Clock::time_point begun_;
};

}  // namespace feast
