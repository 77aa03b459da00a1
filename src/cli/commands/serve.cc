// feast serve: Feast's feature server
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/number_option.h"
#include "cli/stop_signal.h"
#include "cli/terminal.h"
#include "server/server.h"

namespace feast::cli {

namespace {

/// As they are typed.
struct ServeOptions {
  std::string host = "127.0.0.1", port = "6566", type = "http", workers = "0", keep_alive = "30", registry_ttl = "60";
  std::string connections = "1000", requests_max, requests_jitter;
  std::string key, certificate, request_bytes = "8388608", rows = "100000", request_time = "30";
  bool no_access_log = false, no_feature_log = false, metrics = false, read_only = false;
};

/// Where Feast serves --metrics.
constexpr uint16_t kMetricsPort = 8000;
/// How long requests that are being answered may take once the server is told to end.
constexpr std::chrono::seconds kPatience{30};

arrow::Result<ServerOptions> Checked(const ServeOptions& given) {
  constexpr int64_t kSecondsMax = 1'000'000'000;
  ServerOptions options;
  options.host = given.host;
  ARROW_ASSIGN_OR_RAISE(const int64_t port, NumberOption(given.port, "--port", 0, 65535));
  ARROW_ASSIGN_OR_RAISE(const int64_t workers, NumberOption(given.workers, "--workers", -1, 1024));
  ARROW_ASSIGN_OR_RAISE(const int64_t keep_alive,
                        NumberOption(given.keep_alive, "--keep-alive-timeout", 1, kSecondsMax));
  ARROW_ASSIGN_OR_RAISE(const int64_t ttl, NumberOption(given.registry_ttl, "--registry_ttl_sec", 0, kSecondsMax));
  ARROW_ASSIGN_OR_RAISE(const int64_t connections,
                        NumberOption(given.connections, "--worker-connections", 1, 1'000'000));
  ARROW_ASSIGN_OR_RAISE(options.request_bytes_max,
                        NumberOption(given.request_bytes, "--max-request-bytes", 1, int64_t{1} << 30));
  ARROW_ASSIGN_OR_RAISE(const int64_t rows, NumberOption(given.rows, "--max-rows", 1, int64_t{1} << 30));
  ARROW_ASSIGN_OR_RAISE(const int64_t time, NumberOption(given.request_time, "--request-timeout", 1, kSecondsMax));
  options.port = static_cast<uint16_t>(port);
  options.workers = static_cast<int>(std::max<int64_t>(workers, 0));
  options.keep_alive_timeout = std::chrono::seconds(keep_alive);
  options.registry_ttl = std::chrono::seconds(ttl);
  options.connections_max = static_cast<size_t>(connections);
  options.rows_max = static_cast<size_t>(rows);
  options.request_time_max = std::chrono::seconds(time);
  options.tls_key_path = given.key;
  options.tls_certificate_path = given.certificate;
  options.metrics_port = given.metrics ? kMetricsPort : 0;
  options.read_only = given.read_only;
  options.access_log = !given.no_access_log;
  return options;
}

arrow::Status Serve(const Session& session, const ServeOptions& given) {
  if (given.type != "http") {
    return UsageError("--type must be http; for gRPC there is 'feast listen'. Type: " + given.type);
  }
  ARROW_ASSIGN_OR_RAISE(const ServerOptions options, Checked(given));
  ARROW_ASSIGN_OR_RAISE(const auto store, session.OpenStoreToServe());
  StopSignal stop;
  ARROW_ASSIGN_OR_RAISE(const auto server, MakeHttpServer(*store, options));
  ARROW_RETURN_NOT_OK(server->Start());
  const std::string scheme = options.tls_key_path.empty() ? "http" : "https";
  Print("Serving project " + store->project() + " at " + scheme + "://" + options.host + ":" +
        std::to_string(server->port()) + " (documentation at /docs). Press Ctrl-C to end.\n");
  std::fflush(stdout);
  stop.Wait();
  server->Stop(kPatience);
  return arrow::Status::OK();
}

}  // namespace

void AddServe(Command root, Session& session) {
  const auto given = std::make_shared<ServeOptions>();
  root.Add("serve", "Serve online features over HTTP, as Feast's feature server does")
      .Option("-h,--host", &given->host, "The address to listen on (127.0.0.1: this machine alone)")
      .Option("-p,--port", &given->port, "The port to listen on (6566); 0: any that is free")
      .Option("-t,--type", &given->type, "http, the only one")
      .Flag("--no-access-log", &given->no_access_log, "No line for each request on standard output")
      .Flag("--no-feature-log", &given->no_feature_log, "Accepted; served features are not logged")
      .Option("-w,--workers", &given->workers, "Threads that answer (as many as cores)")
      .Option("--worker-connections", &given->connections, "Connections at a time (1000)")
      .Option("--max-requests", &given->requests_max, "Accepted; nothing is restarted here")
      .Option("--max-requests-jitter", &given->requests_jitter, "Accepted; nothing is restarted here")
      .Option("--keep-alive-timeout", &given->keep_alive, "Seconds that a connection may wait for a request (30)")
      .Option("-r,--registry_ttl_sec", &given->registry_ttl, "Seconds between two looks at the registry (60); 0: never")
      .Option("-k,--key", &given->key, "The key of the TLS certificate, a PEM file")
      .Option("-c,--cert", &given->certificate, "The TLS certificate with its chain, a PEM file")
      .Flag("-m,--metrics", &given->metrics, "Serve /metrics on port 8000, too")
      .Flag("--read-only", &given->read_only, "Refuse what writes: push, write-to-online-store and materialize")
      .Option("--max-request-bytes", &given->request_bytes, "Bytes of a request's body (8388608)")
      .Option("--max-rows", &given->rows, "Rows of a request (100000)")
      .Option("--request-timeout", &given->request_time, "Seconds that a request may take (30)")
      .Run([given, &session] { return Serve(session, *given); });
}

}  // namespace feast::cli
