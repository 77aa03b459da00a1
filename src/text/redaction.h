// What messages, listings and documents may show of text that can hold secrets. Everything the product shows passes
// through here.
#pragma once

#include <string>
#include <string_view>

namespace feast {

/// What stands where a secret was left out.
inline constexpr const char* kRedacted = "********";

/// Whether what is called `name` is a secret: "password", "client_secret", "spark.hadoop.fs.s3a.access.key", "dsn" …
bool IsSecretName(std::string_view name);

/// `text` with kRedacted for each secret that its place gives away: what stands between the user and the last @ of a
/// URL (without a host: all behind the user), also in `user:secret@host:port`, and the value of a secret name in
/// `name=value`, `name='value'`, `"name": "value"`, a line `name: value` and `Authorization: Bearer value`. Redacting
/// twice changes nothing more.
std::string Redacted(std::string_view text);

/// The text of something called `name`: kRedacted if the name is a secret's, else as Redacted(text).
std::string RedactedValue(std::string_view name, std::string_view text);

/// Whether `text` is a URL with a password or another secret in it. Text that merely has one in it is none.
bool IsUrlWithSecret(std::string_view text);

/// An object store's URI without "key:secret@", as it may be registered; other text as it is.
std::string WithoutUrlCredentials(std::string_view uri);

}  // namespace feast
