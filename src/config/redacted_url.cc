#include "config/redacted_url.h"

namespace feast {

std::string RedactedUrl(const std::string& text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string::npos) return text;
  const size_t start = scheme + 3;
  const size_t colon = text.find_first_of(":/?#@", start);
  const size_t at = text.find('@', start);
  if (at == std::string::npos || colon == std::string::npos || text[colon] != ':') return text;
  // A password may hold a slash; what stands between a port and a slash is none.
  const size_t slash = text.find('/', colon);
  if (slash < at && text.find_first_not_of("0123456789", colon + 1) == slash) return text;
  const size_t end = text.rfind('@', text.find_first_of("/?#", at));
  return text.substr(0, colon + 1) + kRedacted + text.substr(end);
}

}  // namespace feast
