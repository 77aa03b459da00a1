// URLs: their parts, and percent-encoding.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/result.h"

namespace feast {

struct HttpUrl {
  /// "http" or "https".
  std::string scheme;
  /// Host and, when it is not the scheme's own, port: what stands in the Host header.
  std::string authority;
  /// As written, still encoded; at least "/".
  std::string path;
  /// As written, still encoded, without "?".
  std::string query;

  std::string host() const;
  /// "https://host:port"
  std::string origin() const { return scheme + "://" + authority; }
};

/// "localhost" and what is below it, 127.0.0.0/8 and ::1: this machine, whatever listens there.
bool IsLoopback(std::string_view host);

/// Invalid for anything that is no http:// or https:// URL, or holds a user name.
arrow::Result<HttpUrl> ParseHttpUrl(std::string_view url);

/// Everything but letters, digits, "-._~" and the characters of `keep` as %XX.
std::string PercentEncode(std::string_view text, std::string_view keep = {});
/// %XX as the bytes they stand for.
std::string PercentDecode(std::string_view text);

/// "a=1&b=2", encoded; also the body of an HTML form.
std::string EncodeQuery(const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace feast
