#include "files/places/object_uri.h"

#include <algorithm>
#include <optional>

#include "http/url.h"

namespace feast::scan {
namespace {

/// "a=1&b=2" when every name is known.
std::optional<std::map<std::string, std::string>> ParseOptions(std::string_view text,
                                                               std::span<const std::string_view> known) {
  std::map<std::string, std::string> options;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view option = text.substr(0, end);
    const size_t equals = option.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = option.substr(0, equals);
    if (std::find(known.begin(), known.end(), name) == known.end()) return std::nullopt;
    options[std::string(name)] = PercentDecode(option.substr(equals + 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (options.empty()) return std::nullopt;
  return options;
}

}  // namespace

std::string ObjectUri::Option(const std::string& name) const {
  const auto found = options.find(name);
  return found == options.end() ? "" : found->second;
}

ObjectUri TakeApart(std::string_view rest, std::span<const std::string_view> known) {
  ObjectUri uri;
  for (size_t mark = rest.find('?'); mark != std::string_view::npos; mark = rest.find('?', mark + 1)) {
    auto options = ParseOptions(rest.substr(mark + 1), known);
    if (!options) continue;
    uri.options = *std::move(options);
    rest = rest.substr(0, mark);
    break;
  }
  // A secret key may hold a slash; a bucket's name holds neither @ nor :, so only "user@" ahead of a slash, or
  // "user:secret@", are credentials.
  const size_t at = rest.find('@');
  if (at != std::string_view::npos && (at < rest.find('/') || rest.find(':') < rest.find('/'))) {
    uri.has_user = rest.substr(0, at).find(':') == std::string_view::npos;
    rest.remove_prefix(at + 1);
  }
  uri.path = rest;
  uri.bucket = rest.substr(0, rest.find('/'));
  return uri;
}

}  // namespace feast::scan
