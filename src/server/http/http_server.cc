// Listening, and the threads that answer.
//
// Each worker is a thread with an io_context of its own; connections are dealt out in turn and stay where they are, so
// nothing of a connection is shared. What waits runs in a pool beside them.
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdio>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "feature_store/feature_store_parts.h"
#include "parallel/periodic_task.h"
#include "parallel/start_thread.h"
#include "server/http/connection.h"
#include "server/server.h"
#include "system/exceptions.h"
#include "text/redaction.h"

namespace feast {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                         asio::io_context::executor_type>;

/// Answers that wait at the same time, and materializations.
constexpr size_t kPoolThreads = 16, kLongThreads = 2;
/// How exact the limits of time are.
constexpr std::chrono::milliseconds kLookPeriod{200};

/// One thread and its connections.
class Worker {
 public:
  Worker() : work_(context_.get_executor()), timer_(context_.get_executor()) {}

  asio::io_context& context() { return context_; }
  size_t connections() const { return count_; }

  bool Start(AccessLog& log) {
    LookAgain(log);
    return StartThread(&thread_, [this] { context_.run(); });
  }
  void Add(WorkerSocket socket, ConnectionHost& host, std::unique_ptr<ServerTls> tls) {
    ++count_;
    asio::post(context_, [this, &host, socket = std::move(socket), tls = std::move(tls)]() mutable {
      auto connection = std::make_shared<Connection>(std::move(socket), host, std::move(tls));
      connections_.push_back(connection);
      connection->Start();
    });
  }
  void Stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void LookAgain(AccessLog& log) {
    timer_.expires_after(kLookPeriod);
    timer_.async_wait([this, &log](const auto& error) {
      if (error) return;
      const auto now = Connection::Clock::now();
      std::erase_if(connections_, [](const auto& connection) { return connection.expired(); });
      count_ = connections_.size();
      for (const auto& held : connections_) {
        if (const auto connection = held.lock()) connection->Look(now);
      }
      log.Flush();
      LookAgain(log);
    });
  }

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  Timer timer_;
  std::vector<std::weak_ptr<Connection>> connections_;
  std::atomic<size_t> count_ = 0;
  std::thread thread_;
};

class HttpServer : public Server {
 public:
  HttpServer(FeatureStore& store, ServerOptions options, std::string token)
      : store_(store),
        options_(std::move(options)),
        endpoints_(store_, options_, metrics_, std::move(token)),
        log_(options_.access_log),
        pool_(kPoolThreads),
        long_pool_(kLongThreads),
        host_{options_, endpoints_, metrics_, log_, pool_, long_pool_, stop_.get_token()} {}
  ~HttpServer() override { Stop(std::chrono::milliseconds(0)); }

  arrow::Status Start() override {
    if (!options_.tls_certificate_path.empty()) {
      ARROW_ASSIGN_OR_RAISE(tls_, TlsServer::Make(options_.tls_certificate_path, options_.tls_key_path));
    }
    // Who asks first shall not wait for the registry, nor be the one to find out that it cannot be read.
    ARROW_RETURN_NOT_OK(store_.RefreshRegistry());
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    const size_t count = options_.workers > 0 ? static_cast<size_t>(options_.workers) : cores;
    return Caught([&]() -> arrow::Status {
      for (size_t i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>());
      ARROW_RETURN_NOT_OK(Listen(options_.port, &port_));
      uint16_t ignored = 0;
      if (options_.metrics_port != 0) ARROW_RETURN_NOT_OK(Listen(options_.metrics_port, &ignored));
      for (const auto& worker : workers_) {
        if (!worker->Start(log_)) return arrow::Status::IOError("The system refuses the threads of a server");
      }
      StartRefreshing();
      return arrow::Status::OK();
    });
  }

  uint16_t port() const override { return port_; }

  void Stop(std::chrono::milliseconds patience) override {
    if (is_stopped_.exchange(true)) return;
    host_.is_closing = true;
    refresher_.reset();
    if (!workers_.empty()) {
      asio::post(workers_[0]->context(), [this] {
        boost::system::error_code ignored;
        for (auto& acceptor : acceptors_) acceptor->close(ignored);
      });
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (metrics_.connections() > 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    stop_.request_stop();
    pool_.join();
    long_pool_.join();
    for (const auto& worker : workers_) worker->Stop();
    log_.Flush();
  }

 private:
  arrow::Status Listen(uint16_t port, uint16_t* bound) {
    boost::system::error_code error;
    const auto refused = [&](const char* what) {
      return arrow::Status::IOError("The server cannot listen on ", options_.host, " port ", port, ": ", what,
                                    error.message(), ". Choose others with --host and --port");
    };
    // Names are looked up, too: "localhost".
    tcp::resolver resolver(workers_[0]->context());
    const auto found = resolver.resolve(options_.host, std::to_string(port), tcp::resolver::passive, error);
    if (error || found.empty()) return refused("there is no such host: ");
    const tcp::endpoint endpoint = *found.begin();
    auto acceptor = std::make_unique<Acceptor>(workers_[0]->context().get_executor());
    acceptor->open(endpoint.protocol(), error);
    if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor->bind(endpoint, error);
    if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (error) return refused("");
    *bound = acceptor->local_endpoint(error).port();
    acceptors_.push_back(std::move(acceptor));
    Accept(*acceptors_.back());
    return arrow::Status::OK();
  }

  void Accept(Acceptor& acceptor) {
    Worker& worker = *workers_[next_++ % workers_.size()];
    acceptor.async_accept(worker.context(), [this, &acceptor, &worker](const auto& error, WorkerSocket socket) {
      if (error == asio::error::operation_aborted || host_.is_closing) return;
      if (error) {
        // Out of descriptors, most likely: some will be free again soon.
        return WaitAndAccept(acceptor);
      }
      Take(std::move(socket), worker);
      Accept(acceptor);
    });
  }

  void WaitAndAccept(Acceptor& acceptor) {
    auto timer = std::make_shared<Timer>(workers_[0]->context().get_executor());
    timer->expires_after(kLookPeriod);
    timer->async_wait([this, timer, &acceptor](const auto& error) {
      if (!error && !host_.is_closing) Accept(acceptor);
    });
  }

  void Take(WorkerSocket socket, Worker& worker) {
    boost::system::error_code ignored;
    size_t connections = 0;
    for (const auto& each : workers_) connections += each->connections();
    if (connections >= options_.connections_max) {
      static constexpr std::string_view kFull =
          "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\nretry-after: 1\r\n\r\n";
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(kFull), ignored);
      return;
    }
    std::unique_ptr<ServerTls> session;
    if (tls_) {
      auto opened = tls_->Open();
      if (!opened.ok()) return;
      session = *std::move(opened);
    }
    worker.Add(std::move(socket), host_, std::move(session));
  }

  /// Readers go on with the old registry while the new one is read.
  void StartRefreshing() {
    if (options_.registry_ttl.count() <= 0) return;
    refresher_ = PeriodicTask::Start(options_.registry_ttl, [this] {
      const arrow::Status status = store_.RefreshRegistry();
      if (!status.ok()) {
        std::fprintf(stderr, "The registry cannot be read; the server goes on with the last one. %s\n",
                     Redacted(status.message()).c_str());
      }
    });
  }

  FeatureStore& store_;
  const ServerOptions options_;
  ServerMetrics metrics_;
  Endpoints endpoints_;
  AccessLog log_;
  asio::thread_pool pool_, long_pool_;
  std::stop_source stop_;
  ConnectionHost host_;
  std::unique_ptr<TlsServer> tls_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  size_t next_ = 0;
  uint16_t port_ = 0;
  std::unique_ptr<PeriodicTask> refresher_;
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace

arrow::Result<std::unique_ptr<Server>> MakeHttpServer(FeatureStore& store, const ServerOptions& options) {
  if (options.tls_certificate_path.empty() != options.tls_key_path.empty()) {
    return arrow::Status::Invalid("TLS needs both a certificate and its key; give --cert and --key");
  }
  const ComponentConfig& auth = store.config().auth;
  std::string token;
  if (auth.type == "token") {
    token = auth.GetString("token");
    if (token.empty()) {
      return arrow::Status::Invalid(
          "`auth` in feature_store.yaml has the type token and no token. Set `token`, for example to ${FEAST_TOKEN}");
    }
  } else if (auth.type != "no_auth" && !auth.type.empty()) {
    return arrow::Status::NotImplemented(
        "This version of the server cannot check the `auth` that feature_store.yaml asks for, and does not serve "
        "without it. Use the type token or no_auth. Type: ",
        auth.type);
  }
  return std::make_unique<HttpServer>(store, options, std::move(token));
}

}  // namespace feast
