#include "online/redis/redis_tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "system/shared_library.h"

namespace feast {

namespace {

/// The functions used, under their names without "SSL_".
struct LibSsl {
  decltype(&::SSL_CTX_new) ctx_new;
  decltype(&::SSL_CTX_free) ctx_free;
  decltype(&::TLS_client_method) client_method;
  decltype(&::SSL_CTX_load_verify_file) load_verify_file;
  decltype(&::SSL_CTX_load_verify_dir) load_verify_dir;
  decltype(&::SSL_CTX_set_default_verify_paths) set_default_verify_paths;
  decltype(&::SSL_CTX_use_certificate_chain_file) use_certificate_chain_file;
  decltype(&::SSL_CTX_use_PrivateKey_file) use_private_key_file;
  decltype(&::SSL_CTX_set_verify) set_verify;
  decltype(&::SSL_new) make;
  decltype(&::SSL_free) free;
  decltype(&::SSL_set_bio) set_bio;
  decltype(&::SSL_set_connect_state) set_connect_state;
  decltype(&::SSL_do_handshake) do_handshake;
  decltype(&::SSL_read) read;
  decltype(&::SSL_write) write;
  decltype(&::SSL_get_error) get_error;
  decltype(&::SSL_ctrl) ctrl;
  decltype(&::SSL_set1_host) set1_host;
  decltype(&::SSL_get0_param) get0_param;
  decltype(&::SSL_get_verify_result) get_verify_result;
  decltype(&::BIO_new) bio_new;
  decltype(&::BIO_s_mem) bio_s_mem;
  decltype(&::BIO_read) bio_read;
  decltype(&::BIO_write) bio_write;
  decltype(&::BIO_ctrl_pending) bio_pending;
  decltype(&::X509_VERIFY_PARAM_set1_ip_asc) param_set1_ip;
  decltype(&::X509_verify_cert_error_string) cert_error;
  decltype(&::ERR_get_error) error;
  decltype(&::ERR_clear_error) clear_errors;
  decltype(&::ERR_reason_error_string) reason;
};

arrow::Result<LibSsl> OpenLibSsl() {
  ARROW_ASSIGN_OR_RAISE(const SharedLibrary ssl, SharedLibrary::Open("libssl.so.3", "libssl3"));
  ARROW_ASSIGN_OR_RAISE(const SharedLibrary crypto, SharedLibrary::Open("libcrypto.so.3", "libssl3"));
  LibSsl lib{};
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_CTX_new", &lib.ctx_new));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_CTX_free", &lib.ctx_free));
  ARROW_RETURN_NOT_OK(ssl.Find("TLS_client_method", &lib.client_method));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_CTX_load_verify_file", &lib.load_verify_file));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_CTX_load_verify_dir", &lib.load_verify_dir));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_CTX_set_default_verify_paths", &lib.set_default_verify_paths));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_CTX_use_certificate_chain_file", &lib.use_certificate_chain_file));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_CTX_use_PrivateKey_file", &lib.use_private_key_file));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_CTX_set_verify", &lib.set_verify));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_new", &lib.make));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_free", &lib.free));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_set_bio", &lib.set_bio));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_set_connect_state", &lib.set_connect_state));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_do_handshake", &lib.do_handshake));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_read", &lib.read));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_write", &lib.write));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_get_error", &lib.get_error));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_ctrl", &lib.ctrl));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_set1_host", &lib.set1_host));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_get0_param", &lib.get0_param));
  ARROW_RETURN_NOT_OK(ssl.Find("SSL_get_verify_result", &lib.get_verify_result));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_new", &lib.bio_new));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_s_mem", &lib.bio_s_mem));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_read", &lib.bio_read));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_write", &lib.bio_write));
  ARROW_RETURN_NOT_OK(crypto.Find("BIO_ctrl_pending", &lib.bio_pending));
  ARROW_RETURN_NOT_OK(crypto.Find("X509_VERIFY_PARAM_set1_ip_asc", &lib.param_set1_ip));
  ARROW_RETURN_NOT_OK(crypto.Find("X509_verify_cert_error_string", &lib.cert_error));
  ARROW_RETURN_NOT_OK(crypto.Find("ERR_get_error", &lib.error));
  ARROW_RETURN_NOT_OK(crypto.Find("ERR_clear_error", &lib.clear_errors));
  ARROW_RETURN_NOT_OK(crypto.Find("ERR_reason_error_string", &lib.reason));
  return lib;
}

arrow::Result<const LibSsl*> LoadLibSsl() {
  static const arrow::Result<LibSsl> kLoaded = OpenLibSsl();
  ARROW_RETURN_NOT_OK(kLoaded);
  return &kLoaded.ValueUnsafe();
}

/// OpenSSL's own words for what went wrong last.
std::string LastReason(const LibSsl& lib) {
  const char* reason = lib.reason(lib.error());
  lib.clear_errors();
  return reason == nullptr ? "the connection ended" : reason;
}

bool IsIpAddress(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

class OpenSslSession : public TlsSession {
 public:
  /// Takes `ssl`.
  OpenSslSession(const LibSsl& lib, SSL* ssl)
      : lib_(lib), ssl_(ssl), in_(lib.bio_new(lib.bio_s_mem())), out_(lib.bio_new(lib.bio_s_mem())) {
    lib_.set_bio(ssl_, in_, out_);
    lib_.set_connect_state(ssl_);
  }
  ~OpenSslSession() override { lib_.free(ssl_); }

  void Feed(std::string_view received) override {
    lib_.bio_write(in_, received.data(), static_cast<int>(received.size()));
  }

  arrow::Result<bool> Greet() override {
    lib_.clear_errors();
    const int done = lib_.do_handshake(ssl_);
    if (done == 1) return true;
    if (lib_.get_error(ssl_, done) == SSL_ERROR_WANT_READ) return false;
    if (const long refused = lib_.get_verify_result(ssl_); refused != X509_V_OK) {
      lib_.clear_errors();
      return arrow::Status::IOError("its certificate is not trusted (", lib_.cert_error(refused), ")");
    }
    return arrow::Status::IOError("TLS failed (", LastReason(lib_), ")");
  }

  arrow::Status Decrypt(std::string* plain) override {
    char piece[16384];
    for (;;) {
      lib_.clear_errors();
      const int size = lib_.read(ssl_, piece, sizeof(piece));
      if (size > 0) {
        plain->append(piece, static_cast<size_t>(size));
      } else if (const int why = lib_.get_error(ssl_, size); why == SSL_ERROR_WANT_READ) {
        return arrow::Status::OK();
      } else {
        return arrow::Status::IOError("TLS failed (", LastReason(lib_), ")");
      }
    }
  }

  arrow::Status Encrypt(std::string_view plain) override {
    while (!plain.empty()) {
      lib_.clear_errors();
      const int size = lib_.write(ssl_, plain.data(), static_cast<int>(std::min<size_t>(plain.size(), INT_MAX)));
      if (size <= 0) return arrow::Status::IOError("TLS failed (", LastReason(lib_), ")");
      plain.remove_prefix(static_cast<size_t>(size));
    }
    return arrow::Status::OK();
  }

  std::string TakeOutgoing() override {
    std::string bytes(lib_.bio_pending(out_), '\0');
    if (!bytes.empty()) lib_.bio_read(out_, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }

 private:
  const LibSsl& lib_;
  SSL* const ssl_;
  /// Owned by the session of OpenSSL.
  BIO *const in_, *const out_;
};

class OpenSslSettings : public TlsSettings {
 public:
  explicit OpenSslSettings(const LibSsl& lib, RedisTls tls)
      : lib_(lib), tls_(std::move(tls)), context_(lib.ctx_new(lib.client_method())) {}
  ~OpenSslSettings() override { lib_.ctx_free(context_); }

  arrow::Status Read() {
    if (context_ == nullptr) return arrow::Status::IOError("OpenSSL cannot be used (", LastReason(lib_), ")");
    if (tls_.verifies) lib_.set_verify(context_, SSL_VERIFY_PEER, nullptr);
    if (tls_.authorities.empty() && tls_.authorities_folder.empty()) lib_.set_default_verify_paths(context_);
    ARROW_RETURN_NOT_OK(
        Check(tls_.authorities.empty() || lib_.load_verify_file(context_, tls_.authorities.c_str()) == 1,
              "ssl_ca_certs", tls_.authorities));
    ARROW_RETURN_NOT_OK(
        Check(tls_.authorities_folder.empty() || lib_.load_verify_dir(context_, tls_.authorities_folder.c_str()) == 1,
              "ssl_ca_path", tls_.authorities_folder));
    ARROW_RETURN_NOT_OK(
        Check(tls_.certificate.empty() || lib_.use_certificate_chain_file(context_, tls_.certificate.c_str()) == 1,
              "ssl_certfile", tls_.certificate));
    const std::string& key = tls_.key.empty() ? tls_.certificate : tls_.key;
    return Check(key.empty() || lib_.use_private_key_file(context_, key.c_str(), SSL_FILETYPE_PEM) == 1, "ssl_keyfile",
                 key);
  }

  arrow::Result<std::unique_ptr<TlsSession>> NewSession(const std::string& host) override {
    SSL* const ssl = lib_.make(context_);
    if (ssl == nullptr) return arrow::Status::IOError("OpenSSL cannot be used (", LastReason(lib_), ")");
    auto session = std::make_unique<OpenSslSession>(lib_, ssl);
    const bool is_ip = IsIpAddress(host);
    if (!is_ip) {
      lib_.ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
    }
    if (tls_.verifies && tls_.checks_host) {
      is_ip ? lib_.param_set1_ip(lib_.get0_param(ssl), host.c_str()) : lib_.set1_host(ssl, host.c_str());
    }
    return session;
  }

 private:
  arrow::Status Check(bool good, const char* argument, const std::string& path) const {
    if (good) return arrow::Status::OK();
    return arrow::Status::Invalid("A file for TLS with Redis cannot be used (", LastReason(lib_),
                                  "). Correct the argument '", argument,
                                  "' in `online_store.connection_string`: ", path);
  }

  const LibSsl& lib_;
  const RedisTls tls_;
  SSL_CTX* const context_;
};

}  // namespace

arrow::Result<std::shared_ptr<TlsSettings>> TlsSettings::Make(const RedisTls& tls) {
  ARROW_ASSIGN_OR_RAISE(const LibSsl* lib, LoadLibSsl());
  auto settings = std::make_shared<OpenSslSettings>(*lib, tls);
  ARROW_RETURN_NOT_OK(settings->Read());
  return settings;
}

}  // namespace feast
