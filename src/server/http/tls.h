// TLS over whatever carries bytes: OpenSSL between two buffers, loaded when a server first wants it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "arrow/result.h"

namespace feast {

/// One connection. Not thread-safe.
class ServerTls {
 public:
  virtual ~ServerTls() = default;
  /// Takes what the peer sent: appends what it says to `plain`, and to `to_send` what is to be sent for that. IOError
  /// when the peer does not speak TLS, or none that is allowed; `to_send` then has what tells it so.
  virtual arrow::Status Receive(std::string_view bytes, std::string* plain, std::string* to_send) = 0;
  /// Appends what carries `plain`.
  virtual arrow::Status Send(std::string_view plain, std::string* to_send) = 0;
  /// The same for the end of the connection.
  virtual void Close(std::string* to_send) = 0;
};

/// What all connections share. Thread-safe.
class TlsServer {
 public:
  virtual ~TlsServer() = default;
  /// IOError for a certificate or key that cannot be read, and for a key of another certificate. TLS 1.2 and later.
  static arrow::Result<std::unique_ptr<TlsServer>> Make(const std::string& certificate_path,
                                                        const std::string& key_path);
  virtual arrow::Result<std::unique_ptr<ServerTls>> Open() = 0;
};

}  // namespace feast
