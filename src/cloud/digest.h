// Digests and signatures, by OpenSSL (loaded on first use, like libcurl).
#pragma once

#include <string>
#include <string_view>

#include "arrow/result.h"
#include "text/secret.h"

namespace feast {

/// 32 raw bytes.
arrow::Result<std::string> Sha256(std::string_view data);
arrow::Result<std::string> HmacSha256(std::string_view key, std::string_view data);
/// 20 raw bytes. For names that others made with it, never for safety.
arrow::Result<std::string> Sha1(std::string_view data);
/// RSASSA-PKCS1-v1_5 with SHA-256 ("RS256") under a PEM private key.
arrow::Result<std::string> RsaSha256Signature(const Secret& private_key_pem, std::string_view data);

/// Lower-case hexadecimal.
std::string Hex(std::string_view bytes);
/// The URL-safe alphabet, without padding, as JSON web tokens have it.
std::string Base64Url(std::string_view bytes);

}  // namespace feast
