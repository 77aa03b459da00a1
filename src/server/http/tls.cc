#include "server/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "system/shared_library.h"

namespace feast {

namespace {

/// The functions used, under their own names. Linking them would cost every command their loading.
struct LibSsl {
  decltype(&::TLS_server_method) server_method;
  decltype(&::SSL_CTX_new) context_new;
  decltype(&::SSL_CTX_free) context_free;
  decltype(&::SSL_CTX_ctrl) context_ctrl;
  decltype(&::SSL_CTX_use_certificate_chain_file) use_certificate;
  decltype(&::SSL_CTX_use_PrivateKey_file) use_key;
  decltype(&::SSL_CTX_check_private_key) check_key;
  decltype(&::SSL_new) session_new;
  decltype(&::SSL_free) session_free;
  decltype(&::SSL_set_accept_state) set_accept_state;
  decltype(&::SSL_set_bio) set_bio;
  decltype(&::SSL_read) read;
  decltype(&::SSL_write) write;
  decltype(&::SSL_get_error) get_error;
  decltype(&::SSL_shutdown) shutdown;
  decltype(&::BIO_new) bio_new;
  decltype(&::BIO_s_mem) bio_memory;
  decltype(&::BIO_read) bio_read;
  decltype(&::BIO_write) bio_write;
  decltype(&::ERR_get_error) error_code;
  decltype(&::ERR_error_string_n) error_text;
  decltype(&::ERR_clear_error) clear_errors;
};

arrow::Result<LibSsl> LoadSsl() {
  ARROW_ASSIGN_OR_RAISE(const SharedLibrary library, SharedLibrary::Open("libssl.so.3", "libssl3"));
  // libssl brings it along, but what it exports is found in it alone.
  ARROW_ASSIGN_OR_RAISE(const SharedLibrary crypto, SharedLibrary::Open("libcrypto.so.3", "libssl3"));
  LibSsl ssl{};
  ARROW_RETURN_NOT_OK(library.Find("TLS_server_method", &ssl.server_method));
  ARROW_RETURN_NOT_OK(library.Find("SSL_CTX_new", &ssl.context_new));
  ARROW_RETURN_NOT_OK(library.Find("SSL_CTX_free", &ssl.context_free));
  ARROW_RETURN_NOT_OK(library.Find("SSL_CTX_ctrl", &ssl.context_ctrl));
  ARROW_RETURN_NOT_OK(library.Find("SSL_CTX_use_certificate_chain_file", &ssl.use_certificate));
  ARROW_RETURN_NOT_OK(library.Find("SSL_CTX_use_PrivateKey_file", &ssl.use_key));
  ARROW_RETURN_NOT_OK(library.Find("SSL_CTX_check_private_key", &ssl.check_key));
  ARROW_RETURN_NOT_OK(library.Find("SSL_new", &ssl.session_new));
  ARROW_RETURN_NOT_OK(library.Find("SSL_free", &ssl.session_free));
  ARROW_RETURN_NOT_OK(library.Find("SSL_set_accept_state", &ssl.set_accept_state));
  ARROW_RETURN_NOT_OK(library.Find("SSL_set_bio", &ssl.set_bio));
  ARROW_RETURN_NOT_OK(library.Find("SSL_read", &ssl.read));
  ARROW_RETURN_NOT_OK(library.Find("SSL_write", &ssl.write));
  ARROW_RETURN_NOT_OK(library.Find("SSL_get_error", &ssl.get_error));
  ARROW_RETURN_NOT_OK(library.Find("SSL_shutdown", &ssl.shutdown));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_new", &ssl.bio_new));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_s_mem", &ssl.bio_memory));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_read", &ssl.bio_read));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_write", &ssl.bio_write));
  ARROW_RETURN_NOT_OK(crypto.Find("ERR_get_error", &ssl.error_code));
  ARROW_RETURN_NOT_OK(crypto.Find("ERR_error_string_n", &ssl.error_text));
  ARROW_RETURN_NOT_OK(crypto.Find("ERR_clear_error", &ssl.clear_errors));
  return ssl;
}

arrow::Result<const LibSsl*> LoadedSsl() {
  static const arrow::Result<LibSsl> kLoaded = LoadSsl();
  if (!kLoaded.ok()) return kLoaded.status();
  return &*kLoaded;
}

std::string LastError(const LibSsl& ssl) {
  std::array<char, 256> text{};
  const unsigned long code = ssl.error_code();
  if (code == 0) return "no reason is given";
  ssl.error_text(code, text.data(), text.size());
  return text.data();
}

class MemorySession : public ServerTls {
 public:
  MemorySession(const LibSsl& ssl, SSL* session, BIO* in, BIO* out)
      : ssl_(ssl), session_(session), in_(in), out_(out) {}
  ~MemorySession() override { ssl_.session_free(session_); }
  MemorySession(const MemorySession&) = delete;

  arrow::Status Receive(std::string_view bytes, std::string* plain, std::string* to_send) override {
    ssl_.clear_errors();
    while (!bytes.empty()) {
      const int taken = ssl_.bio_write(in_, bytes.data(), Size(bytes));
      if (taken <= 0) return arrow::Status::OutOfMemory("TLS could not take what a client sent");
      bytes.remove_prefix(static_cast<size_t>(taken));
    }
    std::array<char, 1 << 14> buffer;
    for (;;) {
      const int count = ssl_.read(session_, buffer.data(), static_cast<int>(buffer.size()));
      if (count > 0) {
        plain->append(buffer.data(), static_cast<size_t>(count));
        continue;
      }
      const int error = ssl_.get_error(session_, count);
      Drain(to_send);
      if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN) return arrow::Status::OK();
      return arrow::Status::IOError("The client's TLS cannot be understood: ", LastError(ssl_));
    }
  }

  arrow::Status Send(std::string_view plain, std::string* to_send) override {
    ssl_.clear_errors();
    while (!plain.empty()) {
      const int taken = ssl_.write(session_, plain.data(), Size(plain));
      if (taken <= 0) return arrow::Status::IOError("TLS could not send an answer: ", LastError(ssl_));
      plain.remove_prefix(static_cast<size_t>(taken));
      Drain(to_send);
    }
    return arrow::Status::OK();
  }

  void Close(std::string* to_send) override {
    ssl_.shutdown(session_);
    Drain(to_send);
  }

 private:
  static int Size(std::string_view bytes) {
    return static_cast<int>(std::min<size_t>(bytes.size(), std::numeric_limits<int>::max()));
  }
  void Drain(std::string* to_send) {
    std::array<char, 1 << 14> buffer;
    for (int count = 0; (count = ssl_.bio_read(out_, buffer.data(), static_cast<int>(buffer.size()))) > 0;) {
      to_send->append(buffer.data(), static_cast<size_t>(count));
    }
  }

  const LibSsl& ssl_;
  SSL* const session_;
  /// The session's own.
  BIO *const in_, *const out_;
};

class OpenSslServer : public TlsServer {
 public:
  OpenSslServer(const LibSsl& ssl, SSL_CTX* context) : ssl_(ssl), context_(context) {}
  ~OpenSslServer() override { ssl_.context_free(context_); }
  OpenSslServer(const OpenSslServer&) = delete;

  arrow::Status Use(const std::string& certificate_path, const std::string& key_path) {
    ssl_.clear_errors();
    ssl_.context_ctrl(context_, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, nullptr);
    if (ssl_.use_certificate(context_, certificate_path.c_str()) != 1) {
      return arrow::Status::IOError("The TLS certificate cannot be used: ", LastError(ssl_),
                                    ". Give a PEM file with --cert. File: ", certificate_path);
    }
    if (ssl_.use_key(context_, key_path.c_str(), SSL_FILETYPE_PEM) != 1) {
      return arrow::Status::IOError("The TLS key cannot be used: ", LastError(ssl_),
                                    ". Give the PEM file of the certificate's key with --key. File: ", key_path);
    }
    if (ssl_.check_key(context_) == 1) return arrow::Status::OK();
    return arrow::Status::IOError("The TLS key is not that of the certificate. Key: ", key_path,
                                  ", certificate: ", certificate_path);
  }

  arrow::Result<std::unique_ptr<ServerTls>> Open() override {
    SSL* const session = ssl_.session_new(context_);
    BIO* const in = ssl_.bio_new(ssl_.bio_memory());
    BIO* const out = ssl_.bio_new(ssl_.bio_memory());
    if (session == nullptr || in == nullptr || out == nullptr) return arrow::Status::OutOfMemory("No memory for TLS");
    ssl_.set_bio(session, in, out);
    ssl_.set_accept_state(session);
    return std::make_unique<MemorySession>(ssl_, session, in, out);
  }

 private:
  const LibSsl& ssl_;
  SSL_CTX* const context_;
};

}  // namespace

arrow::Result<std::unique_ptr<TlsServer>> TlsServer::Make(const std::string& certificate_path,
                                                          const std::string& key_path) {
  ARROW_ASSIGN_OR_RAISE(const LibSsl* ssl, LoadedSsl());
  SSL_CTX* const context = ssl->context_new(ssl->server_method());
  if (context == nullptr) return arrow::Status::UnknownError("TLS cannot be used: ", LastError(*ssl));
  auto server = std::make_unique<OpenSslServer>(*ssl, context);
  ARROW_RETURN_NOT_OK(server->Use(certificate_path, key_path));
  return server;
}

}  // namespace feast
