// What answers requests over the network: HTTP and gRPC for features, and the web UI.
//
// A server asks the facade, the serving plans and the catalog, and adds only the words of its protocol: http/, grpc/
// and ui/ beside this file, one each. They are a library of their own, loaded when a server is started, so that no
// command pays for gRPC.
#pragma once

#include <chrono>
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
  /// A request that is larger, or takes longer, is refused and its connection closed.
  int64_t request_bytes_max = int64_t{8} << 20;
  std::chrono::milliseconds request_time_max{30'000};
  /// Both or neither: TLS, or plain connections.
  std::string tls_certificate_path, tls_key_path;
};

class Server {
 public:
  virtual ~Server() = default;
  /// Listens and returns. IOError, naming the address, when that is taken or not this machine's.
  virtual arrow::Status Start() = 0;
  virtual uint16_t port() const = 0;
  /// Takes no new request, lets those that are being answered come to their end for as long as `patience`, and returns
  /// when no thread is left. May be called by any thread, also twice.
  virtual void Stop(std::chrono::milliseconds patience) = 0;
};

/// What each kind of server gives: a server on `store`, which must outlive it. Reads nothing and opens no port yet.
using ServerFactory = arrow::Result<std::unique_ptr<Server>> (*)(FeatureStore& store, const ServerOptions& options);

}  // namespace feast
