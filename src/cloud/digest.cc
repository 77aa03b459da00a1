#include "cloud/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

#include "arrow/util/base64.h"
#include "system/shared_library.h"

namespace feast {

namespace {

/// The functions used, under their own names.
struct LibCrypto {
  decltype(&::EVP_Digest) digest;
  decltype(&::EVP_sha256) sha256;
  decltype(&::EVP_sha1) sha1;
  decltype(&::HMAC) hmac;
  decltype(&::BIO_new_mem_buf) bio_new_mem_buf;
  decltype(&::BIO_free) bio_free;
  decltype(&::PEM_read_bio_PrivateKey) pem_read_bio_private_key;
  decltype(&::EVP_PKEY_free) pkey_free;
  decltype(&::EVP_MD_CTX_new) md_ctx_new;
  decltype(&::EVP_MD_CTX_free) md_ctx_free;
  decltype(&::EVP_DigestSignInit) digest_sign_init;
  decltype(&::EVP_DigestSign) digest_sign;
};

arrow::Result<LibCrypto> Load() {
  ARROW_ASSIGN_OR_RAISE(const SharedLibrary library, SharedLibrary::Open("libcrypto.so.3", "libssl3"));
  LibCrypto crypto{};
  ARROW_RETURN_NOT_OK(library.Find("EVP_Digest", &crypto.digest));
  ARROW_RETURN_NOT_OK(library.Find("EVP_sha256", &crypto.sha256));
  ARROW_RETURN_NOT_OK(library.Find("EVP_sha1", &crypto.sha1));
  ARROW_RETURN_NOT_OK(library.Find("HMAC", &crypto.hmac));
  ARROW_RETURN_NOT_OK(library.Find("BIO_new_mem_buf", &crypto.bio_new_mem_buf));
  ARROW_RETURN_NOT_OK(library.Find("BIO_free", &crypto.bio_free));
  ARROW_RETURN_NOT_OK(library.Find("PEM_read_bio_PrivateKey", &crypto.pem_read_bio_private_key));
  ARROW_RETURN_NOT_OK(library.Find("EVP_PKEY_free", &crypto.pkey_free));
  ARROW_RETURN_NOT_OK(library.Find("EVP_MD_CTX_new", &crypto.md_ctx_new));
  ARROW_RETURN_NOT_OK(library.Find("EVP_MD_CTX_free", &crypto.md_ctx_free));
  ARROW_RETURN_NOT_OK(library.Find("EVP_DigestSignInit", &crypto.digest_sign_init));
  ARROW_RETURN_NOT_OK(library.Find("EVP_DigestSign", &crypto.digest_sign));
  return crypto;
}

arrow::Result<const LibCrypto*> LoadLibCrypto() {
  static const arrow::Result<LibCrypto> kLoaded = Load();
  if (!kLoaded.ok()) return kLoaded.status();
  return &*kLoaded;
}

arrow::Result<std::string> Digest(const LibCrypto& crypto, const EVP_MD* kind, std::string_view data) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (crypto.digest(data.data(), data.size(), digest, &size, kind, nullptr) != 1) {
    return arrow::Status::IOError("OpenSSL could not compute a digest");
  }
  return std::string(reinterpret_cast<char*>(digest), size);
}

}  // namespace

arrow::Result<std::string> Sha256(std::string_view data) {
  ARROW_ASSIGN_OR_RAISE(const LibCrypto* const crypto, LoadLibCrypto());
  return Digest(*crypto, crypto->sha256(), data);
}

arrow::Result<std::string> Sha1(std::string_view data) {
  ARROW_ASSIGN_OR_RAISE(const LibCrypto* const crypto, LoadLibCrypto());
  return Digest(*crypto, crypto->sha1(), data);
}

arrow::Result<std::string> HmacSha256(std::string_view key, std::string_view data) {
  ARROW_ASSIGN_OR_RAISE(const LibCrypto* const crypto, LoadLibCrypto());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (crypto->hmac(crypto->sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest, &size) == nullptr) {
    return arrow::Status::IOError("OpenSSL could not compute a keyed digest");
  }
  return std::string(reinterpret_cast<char*>(digest), size);
}

arrow::Result<std::string> RsaSha256Signature(const Secret& private_key_pem, std::string_view data) {
  ARROW_ASSIGN_OR_RAISE(const LibCrypto* const crypto, LoadLibCrypto());
  const std::string& pem = private_key_pem.Reveal();
  const std::unique_ptr<BIO, decltype(&::BIO_free)> text(
      crypto->bio_new_mem_buf(pem.data(), static_cast<int>(pem.size())), crypto->bio_free);
  const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(
      crypto->pem_read_bio_private_key(text.get(), nullptr, nullptr, nullptr), crypto->pkey_free);
  if (!key) return arrow::Status::Invalid("the private key is not an unencrypted PEM key");
  const std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)> context(crypto->md_ctx_new(), crypto->md_ctx_free);
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
  size_t size = 0;
  std::string signature;
  bool ok = crypto->digest_sign_init(context.get(), nullptr, crypto->sha256(), nullptr, key.get()) == 1 &&
            crypto->digest_sign(context.get(), nullptr, &size, bytes, data.size()) == 1;
  signature.resize(size);
  ok = ok && crypto->digest_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                                 data.size()) == 1;
  if (!ok) return arrow::Status::Invalid("the private key cannot sign");
  signature.resize(size);
  return signature;
}

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return hex;
}

std::string Base64Url(std::string_view bytes) {
  std::string text = arrow::util::base64_encode(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace feast
