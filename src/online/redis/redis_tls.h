// TLS between a socket and its user, by OpenSSL (loaded on first use). Bytes go in and out; the socket is the user's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "arrow/result.h"
#include "online/redis/redis_options.h"

namespace feast {

/// One connection's. Not thread-safe.
class TlsSession {
 public:
  virtual ~TlsSession() = default;
  /// Takes in what came from the server.
  virtual void Feed(std::string_view received) = 0;
  /// Goes on with greeting the server; true once that is done. IOError, saying why, when either side refuses.
  virtual arrow::Result<bool> Greet() = 0;
  /// Appends what the server has said to `plain`.
  virtual arrow::Status Decrypt(std::string* plain) = 0;
  virtual arrow::Status Encrypt(std::string_view plain) = 0;
  /// Bytes that are to be sent, each once.
  virtual std::string TakeOutgoing() = 0;
};

/// Certificates, read once. Thread-safe.
class TlsSettings {
 public:
  virtual ~TlsSettings() = default;
  /// For a connection to `host`.
  virtual arrow::Result<std::unique_ptr<TlsSession>> NewSession(const std::string& host) = 0;
  /// IOError when OpenSSL is not installed; Invalid, naming the file, for certificates that cannot be used.
  static arrow::Result<std::shared_ptr<TlsSettings>> Make(const RedisTls& tls);
};

}  // namespace feast
