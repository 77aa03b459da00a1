// What answers requests over the network: HTTP and gRPC for features, and the web UI.
//
// A server asks the facade, the serving plans and the catalog, and adds only the words of its protocol: http/, grpc/
// and ui/ beside this file, one each.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/status.h"

namespace feast {

class FeatureStore;

struct ServerOptions {
  /// Of this machine alone unless told otherwise.
  std::string host = "127.0.0.1";
  /// 0: any that is free; Server::port() tells which.
  uint16_t port = 0;
  /// Threads that answer; 0: as many as cores.
  int workers = 0;
  std::chrono::seconds keep_alive_timeout{30};
  /// How often the registry is read again, while the old one is still used; 0: never.
  std::chrono::seconds registry_ttl{60};
  /// A request that is larger, or takes longer, is refused and its connection closed.
  int64_t request_bytes_max = int64_t{8} << 20;
  std::chrono::milliseconds request_time_max{30'000};
  /// Entity rows, or rows to be written, of one request.
  size_t rows_max = 100'000;
  /// Connections at a time; what comes on top is told so and closed.
  size_t connections_max = 1000;
  /// Both or neither: TLS, or plain connections.
  std::string tls_certificate_path, tls_key_path;
  /// Where /metrics is served, besides `port`; 0: nowhere.
  uint16_t metrics_port = 0;
  /// Refuses what writes: push, write-to-online-store, materialize.
  bool read_only = false;
  /// A line of JSON on standard output for each request.
  bool access_log = true;
};

class Server {
 public:
  virtual ~Server() = default;
  /// Listens and returns. IOError, naming the address, when that is taken or not this machine's; and for what TLS
  /// cannot use.
  virtual arrow::Status Start() = 0;
  virtual uint16_t port() const = 0;
  /// Takes no new request, lets those that are being answered come to their end for as long as `patience`, and returns
  /// when no thread is left. May be called by any thread, also twice.
  virtual void Stop(std::chrono::milliseconds patience) = 0;
};

/// What each kind of server gives: a server on `store`, which must outlive it. Reads nothing and opens no port yet.
using ServerFactory = arrow::Result<std::unique_ptr<Server>> (*)(FeatureStore& store, const ServerOptions& options);

/// Feast's feature server. Invalid for options that contradict each other, and for an `auth` in feature_store.yaml that
/// it cannot check: it does not serve without it.
arrow::Result<std::unique_ptr<Server>> MakeHttpServer(FeatureStore& store, const ServerOptions& options);

}  // namespace feast
