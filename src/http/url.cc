#include "http/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>

namespace feast {

namespace {

bool IsUnreserved(unsigned char c) { return std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string HttpUrl::host() const {
  const size_t colon = authority.rfind(':');
  if (colon == std::string::npos || authority.ends_with(']')) return authority;
  return authority.substr(0, colon);
}

bool IsLoopback(std::string_view host) {
  std::string name(host);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name == "localhost" || name.ends_with(".localhost") || name == "[::1]" || name == "::1") return true;
  // A name may begin with 127 as well.
  in_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

arrow::Result<HttpUrl> ParseHttpUrl(std::string_view url) {
  HttpUrl parsed;
  const size_t scheme_end = url.find("://");
  parsed.scheme = scheme_end == std::string_view::npos ? "" : std::string(url.substr(0, scheme_end));
  std::transform(parsed.scheme.begin(), parsed.scheme.end(), parsed.scheme.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (parsed.scheme != "http" && parsed.scheme != "https") {
    return arrow::Status::Invalid("'", url.substr(0, url.find_first_of("?@")),
                                  "' is not a URL. Write it as http://host:port or https://host");
  }
  std::string_view rest = url.substr(scheme_end + 3);
  const size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  parsed.authority = rest.substr(0, authority_end);
  if (parsed.authority.empty() || parsed.authority.find('@') != std::string::npos) {
    return arrow::Status::Invalid("A URL needs a host, and no user name or password: ", parsed.scheme, "://...");
  }
  const auto is_odd = [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '\\'; };
  if (std::any_of(url.begin(), url.end(), is_odd)) {
    return arrow::Status::Invalid("A URL cannot hold spaces, line breaks or backslashes: ", parsed.scheme, "://...");
  }
  const std::string own_port = parsed.scheme == "https" ? ":443" : ":80";
  if (parsed.authority.ends_with(own_port)) parsed.authority.resize(parsed.authority.size() - own_port.size());
  rest.remove_prefix(authority_end);
  rest = rest.substr(0, rest.find('#'));
  const size_t query = rest.find('?');
  parsed.path = rest.substr(0, query);
  if (parsed.path.empty()) parsed.path = "/";
  if (query != std::string_view::npos) parsed.query = rest.substr(query + 1);
  return parsed;
}

std::string PercentEncode(std::string_view text, std::string_view keep) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsUnreserved(byte) || keep.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string EncodeQuery(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    query += (query.empty() ? "" : "&") + PercentEncode(name) + "=" + PercentEncode(value);
  }
  return query;
}

}  // namespace feast
